import { useState } from 'react';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { Link } from '@backstage/core-components';
import { useApi, useTranslationRef } from '@backstage/frontend-plugin-api';
import { EntityRefLink } from '@backstage/plugin-catalog-react';
import {
  ExclusionAct,
  ExclusionState,
  SloExclusion,
} from '@shopfloor/plugin-slo-common';
import { ConfirmDialog, State, StateBadge, useFormat } from '@shopfloor/ui';
import { sloExclusionsApiRef } from '../api';
import { sloTranslationRef } from '../translation/translation';

const STATES: Record<ExclusionState, State> = {
  waiting: 'waiting',
  excluded: 'ok',
  denied: 'failing',
  withdrawn: 'paused',
  removed: 'paused',
  expired: 'stale',
};

interface Acting {
  exclusion: SloExclusion;
  act: ExclusionAct;
}

/** Past stretches that are, were or shall be left out, with what the person may do with each. */
export function ExclusionList(props: {
  sloId: string;
  items: SloExclusion[];
  onChanged: () => void;
}) {
  const [acting, setActing] = useState<Acting>();
  const { sloId, items, onChanged } = props;
  return (
    <>
      <Box component="ul" sx={{ m: 0, p: 0, listStyle: 'none' }}>
        {items.map(exclusion => (
          <Item
            key={exclusion.id}
            exclusion={exclusion}
            onAct={act => setActing({ exclusion, act })}
          />
        ))}
      </Box>
      {acting && (
        <ActDialog
          {...acting}
          sloId={sloId}
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

function useStretch() {
  const { t } = useTranslationRef(sloTranslationRef);
  const format = useFormat();
  return ({ from, to }: SloExclusion) =>
    t('events.stretch', { from: format.moment(from), to: format.moment(to) });
}

function Item(props: {
  exclusion: SloExclusion;
  onAct: (act: ExclusionAct) => void;
}) {
  const { t } = useTranslationRef(sloTranslationRef);
  const format = useFormat();
  const { exclusion, onAct } = props;
  const stretch = useStretch()(exclusion);
  const { state, asked } = exclusion;
  return (
    <Box
      component="li"
      sx={{ py: 1, borderTop: '1px solid', borderColor: 'divider' }}
    >
      <Box
        sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: 1 }}
      >
        <StateBadge
          state={STATES[state]}
          label={t(`exclusion.states.${state}`)}
        />
        <Typography component="span" sx={{ fontWeight: 600, flexGrow: 1 }}>
          {stretch}
        </Typography>
        {exclusion.may.map(act => (
          <Button
            key={act}
            size="small"
            aria-label={t(`exclusion.actsFull.${act}`, { stretch })}
            onClick={() => onAct(act)}
          >
            {t(`exclusion.acts.${act}`)}
          </Button>
        ))}
      </Box>
      <Typography variant="body2">{exclusion.reason}</Typography>
      <Typography variant="body2" color="text.secondary">
        {t('exclusion.asked')}{' '}
        <EntityRefLink entityRef={exclusion.requestedBy} />
        {', '}
        {format.moment(exclusion.requestedAt)}.{' '}
        {asked
          .map(({ counted, excluded }) =>
            t('exclusion.askedFigures', {
              counted: format.percent(counted.budgetLeft),
              excluded: format.percent(excluded.budgetLeft),
            }),
          )
          .join(' ')}
      </Typography>
      {exclusion.decidedBy && exclusion.decidedAt && (
        <Typography variant="body2" color="text.secondary">
          {t('exclusion.decided')}{' '}
          <EntityRefLink entityRef={exclusion.decidedBy} />
          {', '}
          {format.moment(exclusion.decidedAt)}
          {exclusion.comment && `: “${exclusion.comment}”`}
        </Typography>
      )}
      {state === 'excluded' && !exclusion.inWindow && (
        <Typography variant="body2">{t('exclusion.gone')}</Typography>
      )}
      {exclusion.approvalPending && (
        <Typography variant="body2">{t('exclusion.pending')}</Typography>
      )}
      {exclusion.approvalId && (
        <Typography variant="body2">
          <Link
            to={`/approvals/${encodeURIComponent(exclusion.approvalId)}`}
            aria-label={t('exclusion.approvalOf', { stretch })}
          >
            {t('exclusion.approval')}
          </Link>
        </Typography>
      )}
    </Box>
  );
}

function ActDialog(
  props: Acting & { sloId: string; onClose: () => void; onDone: () => void },
) {
  const { t } = useTranslationRef(sloTranslationRef);
  const api = useApi(sloExclusionsApiRef);
  const { exclusion, act, sloId, onClose, onDone } = props;
  const [comment, setComment] = useState('');
  const title = t(`exclusion.actsFull.${act}`, {
    stretch: useStretch()(exclusion),
  });
  return (
    <ConfirmDialog
      open
      title={title}
      act={t(`exclusion.confirm.${act}`)}
      destructive={act === 'remove'}
      onClose={onClose}
      onConfirm={async () => {
        await api.act({
          id: sloId,
          exclusionId: exclusion.id,
          act,
          comment: comment.trim() || undefined,
        });
        onDone();
      }}
    >
      <Typography variant="body2" sx={{ mb: 2 }}>
        {t(`exclusion.means.${act}`)}
      </Typography>
      <TextField
        fullWidth
        multiline
        label={t('exclusion.comment')}
        value={comment}
        onChange={event => setComment(event.target.value)}
        inputProps={{ maxLength: 1000 }}
      />
    </ConfirmDialog>
  );
}
