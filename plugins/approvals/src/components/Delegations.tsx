import { useState } from 'react';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import {
  identityApiRef,
  useApi,
  useTranslationRef,
} from '@backstage/frontend-plugin-api';
import {
  Delegation,
  DelegationList,
  delegationStateAt,
} from '@shopfloor/plugin-approvals-common';
import {
  Choice,
  ConfirmDialog,
  ErrorPanel,
  LoadingPanel,
  Panel,
  State,
  StateBadge,
  useFormat,
  useNow,
  usePolled,
} from '@shopfloor/ui';
import { approvalsApiRef } from '../api';
import { approvalsTranslationRef } from '../translation/translation';
import { entityName, inWords } from '../words';

const STATES: Record<ReturnType<typeof delegationStateAt>, State> = {
  planned: 'paused',
  'in-force': 'running',
  ended: 'stale',
};

/** Who decides in the reader's place and for whom the reader decides, with dates. */
export function Delegations() {
  const { t } = useTranslationRef(approvalsTranslationRef);
  const api = useApi(approvalsApiRef);
  const identity = useApi(identityApiRef);
  const [giving, setGiving] = useState(false);
  const { value, error, retry } = usePolled('delegations', async signal => {
    const [list, { userEntityRef }] = await Promise.all([
      api.listDelegations({ signal }),
      identity.getBackstageIdentity(),
    ]);
    return { list, me: userEntityRef.toLocaleLowerCase('en-US') };
  });
  if (!value) {
    return error ? (
      <ErrorPanel error={error} onRetry={retry} />
    ) : (
      <LoadingPanel rows={4} />
    );
  }
  const { list, me } = value;
  const given = list.items.filter(({ from }) => from === me);
  const taken = list.items.filter(({ from }) => from !== me);
  return (
    <>
      <Typography variant="body2" color="text.secondary" sx={{ mb: 2 }}>
        {t('delegation.help')}
      </Typography>
      <Panel
        spaced
        title={t('delegation.given')}
        help={list.mayManage ? undefined : t('delegation.notAllowed')}
        aside={
          <Button
            size="small"
            variant="contained"
            disabled={!list.mayManage}
            onClick={() => setGiving(true)}
          >
            {t('delegation.give')}
          </Button>
        }
      >
        {given.length === 0 && (
          <Typography variant="body2">{t('delegation.none')}</Typography>
        )}
        {given.map(each => (
          <Item
            key={each.id}
            delegation={each}
            other={each.to}
            mayEnd={list.mayManage}
            onDone={retry}
          />
        ))}
      </Panel>
      <Panel spaced title={t('delegation.taken')}>
        {taken.length === 0 && (
          <Typography variant="body2">{t('delegation.noneTaken')}</Typography>
        )}
        {taken.map(each => (
          <Item
            key={each.id}
            delegation={each}
            other={each.from}
            mayEnd={false}
            onDone={retry}
          />
        ))}
      </Panel>
      {giving && (
        <GiveDialog
          list={list}
          onClose={() => setGiving(false)}
          onDone={() => {
            setGiving(false);
            retry();
          }}
        />
      )}
    </>
  );
}

function Item(props: {
  delegation: Delegation;
  other: string;
  mayEnd: boolean;
  onDone: () => void;
}) {
  const { t } = useTranslationRef(approvalsTranslationRef);
  const format = useFormat();
  const now = useNow(30_000);
  const api = useApi(approvalsApiRef);
  const [ending, setEnding] = useState(false);
  const { delegation, other, mayEnd, onDone } = props;
  const { id, startsAt, endsAt, types, reason } = delegation;
  const state = delegationStateAt(delegation, new Date(now).toISOString());
  const end = t('delegation.end', { who: entityName(other) });
  return (
    <Box
      sx={{
        display: 'flex',
        flexWrap: 'wrap',
        alignItems: 'center',
        gap: 1,
        py: 0.5,
      }}
    >
      <StateBadge
        state={STATES[state]}
        label={t(`delegation.state.${state}`)}
      />
      <Typography sx={{ fontWeight: 600 }}>{entityName(other)}</Typography>
      <Typography variant="body2" sx={{ flexGrow: 1 }}>
        {[
          t('delegation.period', {
            from: format.moment(startsAt),
            to: format.moment(endsAt),
          }),
          types?.join(', ') ?? t('delegation.allTypes'),
          reason,
        ]
          .filter(Boolean)
          .join(' · ')}
      </Typography>
      {mayEnd && state !== 'ended' && (
        <Button size="small" aria-label={end} onClick={() => setEnding(true)}>
          {t('delegation.endShort')}
        </Button>
      )}
      {ending && (
        <ConfirmDialog
          open
          title={end}
          act={end}
          onClose={() => setEnding(false)}
          onConfirm={async () => {
            try {
              await api.endDelegation(id);
              setEnding(false);
              onDone();
            } catch (error) {
              throw inWords(error, t);
            }
          }}
        >
          {null}
        </ConfirmDialog>
      )}
    </Box>
  );
}

/** Midnight of a day in the time zone of the reader, ISO 8601. */
function midnight(day: string, plusDays = 0): string {
  const [year, month, date] = day.split('-').map(Number);
  return new Date(year, month - 1, date + plusDays).toISOString();
}

function today(): string {
  const now = new Date();
  const two = (value: number) => String(value).padStart(2, '0');
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}

function GiveDialog(props: {
  list: DelegationList;
  onClose: () => void;
  onDone: () => void;
}) {
  const { t } = useTranslationRef(approvalsTranslationRef);
  const api = useApi(approvalsApiRef);
  const { list, onClose, onDone } = props;
  const [to, setTo] = useState('');
  const [from, setFrom] = useState(today);
  const [until, setUntil] = useState(today);
  const [type, setType] = useState('');
  const [reason, setReason] = useState('');
  const who = to.trim();
  const complete = Boolean(who && from && until);
  let disabledReason: string | undefined;
  if (!complete) {
    disabledReason = t('delegation.short');
  } else if (until < from) {
    disabledReason = t('delegation.order');
  }
  return (
    <ConfirmDialog
      open
      title={t('delegation.give')}
      act={t('delegation.act', { who: entityName(who), when: until })}
      disabledReason={disabledReason}
      onClose={onClose}
      onConfirm={async () => {
        try {
          await api.createDelegation({
            to: who,
            startsAt: midnight(from),
            endsAt: midnight(until, 1),
            ...(type && { types: [type] }),
            ...(reason.trim() && { reason: reason.trim() }),
          });
          onDone();
        } catch (error) {
          throw inWords(error, t);
        }
      }}
    >
      <TextField
        fullWidth
        required
        margin="dense"
        label={t('delegation.to')}
        helperText={t('delegation.toHelp')}
        value={to}
        onChange={event => setTo(event.target.value)}
      />
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 2, my: 1 }}>
        <TextField
          required
          type="date"
          label={t('delegation.from')}
          value={from}
          onChange={event => setFrom(event.target.value)}
          InputLabelProps={{ shrink: true }}
        />
        <TextField
          required
          type="date"
          label={t('delegation.until')}
          value={until}
          onChange={event => setUntil(event.target.value)}
          InputLabelProps={{ shrink: true }}
        />
        <Choice
          label={t('delegation.types')}
          value={type}
          all={t('delegation.allTypes')}
          options={list.types.map(value => ({ value, label: value }))}
          onChange={setType}
        />
      </Box>
      <TextField
        fullWidth
        margin="dense"
        label={t('delegation.reason')}
        value={reason}
        onChange={event => setReason(event.target.value)}
        inputProps={{ maxLength: 500 }}
      />
    </ConfirmDialog>
  );
}
