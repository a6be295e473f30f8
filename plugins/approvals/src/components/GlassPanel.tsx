import { useState } from 'react';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { useApi, useTranslationRef } from '@backstage/frontend-plugin-api';
import {
  RequestDetail,
  ReviewVerdict,
} from '@shopfloor/plugin-approvals-common';
import { ConfirmDialog, Panel, useFormat, useNow } from '@shopfloor/ui';
import { approvalsApiRef } from '../api';
import { approvalsTranslationRef } from '../translation/translation';
import { entityName, inWords, localized } from '../words';
import { useDraft } from './useDraft';

/** A broken glass: who, why, until when it is reviewed, and the review. */
export function GlassPanel(props: {
  detail: RequestDetail;
  onDone: (detail: RequestDetail) => void;
}) {
  const { t } = useTranslationRef(approvalsTranslationRef);
  const format = useFormat();
  const now = useNow(30_000);
  const { request, acts } = props.detail;
  const [verdict, setVerdict] = useState<ReviewVerdict>();
  const { glass } = request;
  if (!glass) {
    return null;
  }
  const { review, overdueSince } = glass;
  return (
    <Panel spaced title={t('glass.panel')}>
      <Typography variant="body2">
        {t('glass.by', {
          who: entityName(glass.by),
          when: format.relative(glass.at, now),
        })}
      </Typography>
      <Typography variant="body2">“{glass.reason}”</Typography>
      <Typography variant="body2" sx={{ my: 1, fontWeight: 600 }}>
        {review
          ? t('glass.reviewed', {
              who: entityName(review.by),
              when: format.relative(review.at, now),
            })
          : t(overdueSince ? 'glass.overdue' : 'glass.due', {
              when: format.moment(overdueSince ?? glass.reviewDueAt),
            })}
      </Typography>
      {review && <Typography variant="body2">“{review.comment}”</Typography>}
      {!review && acts.review && (
        <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1 }}>
          <Button variant="contained" onClick={() => setVerdict('confirmed')}>
            {t('glass.confirm')}
          </Button>
          <Button
            variant="outlined"
            color="error"
            onClick={() => setVerdict('objected')}
          >
            {t('glass.object')}
          </Button>
        </Box>
      )}
      {!review && !acts.review && acts.whyNotReview && (
        <Typography variant="body2" color="text.secondary">
          {t(`refusal.${acts.whyNotReview}`)}{' '}
          {t('decide.ask', {
            who: (request.policy.breakGlass?.reviewers ?? [])
              .map(entityName)
              .join(', '),
          })}
        </Typography>
      )}
      {verdict && (
        <ReviewDialog
          {...props}
          verdict={verdict}
          onClose={() => setVerdict(undefined)}
        />
      )}
    </Panel>
  );
}

function ReviewDialog(props: {
  detail: RequestDetail;
  verdict: ReviewVerdict;
  onClose: () => void;
  onDone: (detail: RequestDetail) => void;
}) {
  const { t } = useTranslationRef(approvalsTranslationRef);
  const api = useApi(approvalsApiRef);
  const { detail, verdict, onClose, onDone } = props;
  const { id } = detail.request;
  const { text, write, clear } = useDraft(`review.${id}`);
  const act = t(verdict === 'confirmed' ? 'glass.confirm' : 'glass.object');
  return (
    <ConfirmDialog
      open
      title={t('glass.review')}
      act={act}
      destructive={verdict === 'objected'}
      disabledReason={text.trim() ? undefined : t('glass.reviewMissing')}
      onClose={onClose}
      onConfirm={async () => {
        try {
          const done = await api.review({ id, verdict, comment: text.trim() });
          clear();
          onClose();
          onDone(done);
        } catch (error) {
          throw inWords(error, t);
        }
      }}
    >
      <TextField
        fullWidth
        multiline
        minRows={2}
        margin="dense"
        label={t('glass.reviewComment')}
        value={text}
        onChange={event => write(event.target.value)}
        inputProps={{ maxLength: 4000 }}
      />
    </ConfirmDialog>
  );
}

/** What else may be done to a request that waits: withdraw it, break the glass. */
export function OtherActs(props: {
  detail: RequestDetail;
  onDone: (detail: RequestDetail) => void;
}) {
  const { t } = useTranslationRef(approvalsTranslationRef);
  const { acts } = props.detail;
  const [open, setOpen] = useState<'withdraw' | 'glass'>();
  if (!acts.withdraw && !acts.breakGlass) {
    return null;
  }
  return (
    <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1, mb: 2 }}>
      {acts.withdraw && (
        <Button size="small" onClick={() => setOpen('withdraw')}>
          {t('decide.withdraw')}
        </Button>
      )}
      {acts.breakGlass && (
        <Button size="small" color="error" onClick={() => setOpen('glass')}>
          {t('glass.act')}
        </Button>
      )}
      {open && (
        <ActDialog
          {...props}
          key={open}
          act={open}
          onClose={() => setOpen(undefined)}
        />
      )}
    </Box>
  );
}

function ActDialog(props: {
  detail: RequestDetail;
  act: 'withdraw' | 'glass';
  onClose: () => void;
  onDone: (detail: RequestDetail) => void;
}) {
  const { t } = useTranslationRef(approvalsTranslationRef);
  const { locale } = useFormat();
  const api = useApi(approvalsApiRef);
  const { detail, act, onClose, onDone } = props;
  const { id, subject, policy } = detail.request;
  const { text, write, clear } = useDraft(`${act}.${id}`);
  const title = localized(subject.title, locale);
  const reason = text.trim();
  const breaks = act === 'glass';
  return (
    <ConfirmDialog
      open
      title={t(breaks ? 'glass.act' : 'decide.withdraw')}
      act={t(breaks ? 'glass.title' : 'decide.withdrawTitle', { title })}
      destructive={breaks}
      disabledReason={breaks && !reason ? t('glass.reasonMissing') : undefined}
      onClose={onClose}
      onConfirm={async () => {
        try {
          const { contentHash } = subject;
          const done = breaks
            ? await api.breakGlass({ id, contentHash, reason })
            : await api.withdraw({ id, ...(reason && { reason }) });
          clear();
          onClose();
          onDone(done);
        } catch (error) {
          throw inWords(error, t);
        }
      }}
    >
      <Typography variant="body2" sx={{ mb: 2 }}>
        {breaks
          ? t('glass.help', {
              hours: String(policy.breakGlass?.reviewWithinHours ?? 0),
            })
          : t('decide.withdrawHelp')}
      </Typography>
      <TextField
        fullWidth
        multiline
        minRows={2}
        label={t(breaks ? 'glass.reason' : 'decide.withdrawReason')}
        value={text}
        onChange={event => write(event.target.value)}
        inputProps={{ maxLength: 4000 }}
      />
    </ConfirmDialog>
  );
}
