import { useId, useState } from 'react';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import { useApi, useTranslationRef } from '@backstage/frontend-plugin-api';
import {
  StreamVerification,
  TrailVerification,
} from '@shopfloor/plugin-audit-common';
import {
  ErrorPanel,
  ObservedAt,
  Panel,
  State,
  StateBadge,
  useFormat,
  useNow,
} from '@shopfloor/ui';
import { trailApiRef } from '../api';
import { auditTranslationRef } from '../translation/translation';

/** Without an anchor nothing is known for certain, so it is not good. */
const states: Record<StreamVerification['state'], State> = {
  intact: 'ok',
  broken: 'failing',
  unanchored: 'unknown',
};

/** Has the trail checked, and says what was found. */
export function TrailCheck(props: {
  /** Whether the reader may; else the button is there, disabled, with the reason. */
  allowed: boolean;
}) {
  const { t } = useTranslationRef(auditTranslationRef);
  const api = useApi(trailApiRef);
  const [answer, setAnswer] = useState<TrailVerification>();
  const [error, setError] = useState<Error>();
  const [running, setRunning] = useState(false);
  const reasonId = useId();
  const run = async () => {
    setRunning(true);
    setError(undefined);
    try {
      setAnswer(await api.verify());
    } catch (caught) {
      setError(caught as Error);
    } finally {
      setRunning(false);
    }
  };
  return (
    <Panel
      spaced
      title={t('check.title')}
      help={t('check.help')}
      aside={answer && <ObservedAt observedAt={answer.verifiedAt} />}
    >
      <Button
        size="small"
        variant="outlined"
        disabled={running || !props.allowed}
        aria-describedby={props.allowed ? undefined : reasonId}
        onClick={run}
      >
        {running ? t('check.running') : t('check.run')}
      </Button>
      {!props.allowed && (
        <Typography
          id={reasonId}
          variant="body2"
          color="text.secondary"
          sx={{ mt: 0.5 }}
        >
          {t('check.notAllowed')}
        </Typography>
      )}
      {error && <ErrorPanel error={error} onRetry={run} compact />}
      {answer && !error && (
        <Box role="status" sx={{ mt: 1 }}>
          {answer.streams.length === 0 && t('check.empty')}
          {answer.streams.map(stream => (
            <Stream key={stream.stream} stream={stream} />
          ))}
        </Box>
      )}
    </Panel>
  );
}

function Stream(props: { stream: StreamVerification }) {
  const { t } = useTranslationRef(auditTranslationRef);
  const format = useFormat();
  const now = useNow(30_000);
  const { stream, state, entries, archived, anchored, findings } = props.stream;
  return (
    <Box sx={{ py: 0.75 }}>
      <Box
        sx={{ display: 'flex', flexWrap: 'wrap', gap: 1, alignItems: 'center' }}
      >
        <StateBadge state={states[state]} label={t(`check.${state}`)} />
        <strong>{stream}</strong>
        <Typography variant="body2" color="text.secondary" component="span">
          {t('check.entries', { entries: format.number(entries) })}
          {archived !== undefined &&
            ` · ${t('check.archived', { sequence: format.number(archived) })}`}
          {anchored &&
            ` · ${t('check.anchored', {
              sequence: format.number(anchored.sequence),
              when: format.relative(anchored.at, now),
            })}`}
        </Typography>
      </Box>
      {findings.map(({ kind, sequence, detail }) => (
        <Typography key={`${kind} ${sequence} ${detail}`} variant="body2">
          {t(`check.findings.${kind}`, { sequence: String(sequence) })}
        </Typography>
      ))}
    </Box>
  );
}
