import { useState } from 'react';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { Link } from '@backstage/core-components';
import { useApi, useTranslationRef } from '@backstage/frontend-plugin-api';
import {
  Waiver,
  WaiverAct,
  WaiverState,
} from '@shopfloor/plugin-scorecards-common';
import {
  ConfirmDialog,
  State,
  StateBadge,
  useFormat,
  useNow,
} from '@shopfloor/ui';
import { scorecardsApiRef } from '../api';
import { approvalHref, entityName, scorecardHref } from '../scorecardHref';
import { scorecardsTranslationRef } from '../translation/translation';
import { useCheckTitle } from './useCheckTitle';

const STATES: Record<WaiverState, State> = {
  waiting: 'waiting',
  approved: 'ok',
  denied: 'failing',
  withdrawn: 'paused',
  revoked: 'paused',
  expired: 'stale',
};

/** Waivers with what the person may do with each. */
export function WaiverTable(props: {
  waivers: Waiver[];
  onChanged: () => void;
}) {
  const { waivers, onChanged } = props;
  const titleOf = useCheckTitle();
  const [acting, setActing] = useState<{ waiver: Waiver; act: WaiverAct }>();
  return (
    <>
      <Box component="ul" sx={{ m: 0, p: 0, listStyle: 'none' }}>
        {waivers.map(waiver => (
          <WaiverItem
            key={waiver.id}
            waiver={waiver}
            title={titleOf(waiver.check)}
            onAct={act => setActing({ waiver, act })}
          />
        ))}
      </Box>
      {acting && (
        <ActDialog
          {...acting}
          title={titleOf(acting.waiver.check)}
          onClose={() => setActing(undefined)}
          onDone={() => {
            setActing(undefined);
            onChanged();
          }}
        />
      )}
    </>
  );
}

function WaiverItem(props: {
  waiver: Waiver;
  /** Of the check. */
  title: string;
  onAct: (act: WaiverAct) => void;
}) {
  const { t } = useTranslationRef(scorecardsTranslationRef);
  const format = useFormat();
  const now = useNow();
  const { waiver, title, onAct } = props;
  const entity = entityName(waiver.entityRef);
  return (
    <Box
      component="li"
      sx={{ py: 1, borderTop: '1px solid', borderColor: 'divider' }}
    >
      <Box
        sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: 1 }}
      >
        <StateBadge
          state={STATES[waiver.state]}
          label={t(`waiver.states.${waiver.state}`)}
        />
        <Link to={scorecardHref(waiver)}>{entity}</Link>
        <Typography component="span" sx={{ fontWeight: 600, flexGrow: 1 }}>
          {title}
        </Typography>
        {waiver.may.map(act => (
          <Button
            key={act}
            size="small"
            variant={act === 'approve' ? 'outlined' : 'text'}
            aria-label={t(`waiver.actsFull.${act}`, {
              check: title,
              entity,
            })}
            onClick={() => onAct(act)}
          >
            {t(`waiver.acts.${act}`)}
          </Button>
        ))}
      </Box>
      <Typography variant="body2">{waiver.reason}</Typography>
      <Typography variant="body2" color="text.secondary">
        {t('waiver.requested', {
          who: entityName(waiver.requestedBy),
          when: format.relative(waiver.requestedAt, now),
        })}
        {waiver.decidedBy &&
          waiver.decidedAt &&
          ` · ${t('waiver.decided', {
            who: entityName(waiver.decidedBy),
            when: format.relative(waiver.decidedAt, now),
          })}`}
        {` · ${t('waiver.ends', { when: format.moment(waiver.expiresAt) })}`}
      </Typography>
      {waiver.state === 'waiting' && waiver.approvalPending && (
        <Typography variant="body2">{t('waiver.approvalPending')}</Typography>
      )}
      {waiver.approvalId && (
        <Typography variant="body2">
          {waiver.state === 'waiting' && `${t('waiver.approvalDecides')} `}
          <Link
            to={approvalHref(waiver.approvalId)}
            aria-label={t('waiver.approvalOf', { check: title, entity })}
          >
            {t('waiver.approval')}
          </Link>
        </Typography>
      )}
      {waiver.comment && (
        <Typography variant="body2">“{waiver.comment}”</Typography>
      )}
    </Box>
  );
}

function ActDialog(props: {
  waiver: Waiver;
  /** Of the check. */
  title: string;
  act: WaiverAct;
  onClose: () => void;
  onDone: () => void;
}) {
  const { t } = useTranslationRef(scorecardsTranslationRef);
  const api = useApi(scorecardsApiRef);
  const { waiver, act, onClose, onDone } = props;
  const [comment, setComment] = useState('');
  const words = t(`waiver.actsFull.${act}`, {
    check: props.title,
    entity: entityName(waiver.entityRef),
  });
  return (
    <ConfirmDialog
      open
      title={words}
      act={words}
      destructive={act === 'revoke'}
      disabledReason={
        act === 'deny' && !comment.trim()
          ? t('waiver.commentMissing')
          : undefined
      }
      onClose={onClose}
      onConfirm={async () => {
        await api.actOnWaiver({
          id: waiver.id,
          act,
          comment: comment.trim() || undefined,
        });
        onDone();
      }}
    >
      <Typography variant="body2" sx={{ mb: 2 }}>
        {waiver.reason}
      </Typography>
      <TextField
        fullWidth
        multiline
        label={t('waiver.comment')}
        required={act === 'deny'}
        value={comment}
        onChange={event => setComment(event.target.value)}
        inputProps={{ maxLength: 1000 }}
      />
    </ConfirmDialog>
  );
}
