import { ReactNode } from 'react';
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { Link } from '@backstage/core-components';
import { useApi, useTranslationRef } from '@backstage/frontend-plugin-api';
import {
  ReleaseDecision,
  ReleaseGate,
  ReleaseReason,
} from '@shopfloor/plugin-slo-common';
import {
  ErrorPanel,
  Formatters,
  LoadingPanel,
  ObservedAt,
  Panel,
  State,
  StateBadge,
  useFormat,
  usePolled,
} from '@shopfloor/ui';
import { SloWords } from '../answer';
import { releaseGateApiRef } from '../api';
import { sloTranslationRef } from '../translation/translation';

const STATES: Record<ReleaseDecision, State> = {
  go: 'ok',
  'slow-down': 'at-risk',
  freeze: 'failing',
  unknown: 'unknown',
};

/** A reason of the gate in the reader's language. */
function reasonInWords(
  { code, message, values }: ReleaseReason,
  t: SloWords,
  format: Formatters,
): string {
  const text = (key: string) => String(values[key] ?? '');
  const share = (key: string) => format.percent(Number(values[key]));
  switch (code) {
    case 'calendar':
      return t('gate.reason.calendar', {
        name: text('name'),
        until: format.moment(text('until')),
        reason: text(format.locale.startsWith('zh') ? 'zh' : 'en'),
      });
    case 'budget-used-up':
    case 'budget-low':
      return t(`gate.reason.${code}`, {
        slo: text('slo'),
        left: share('budgetLeft'),
        limit: share('limit'),
      });
    case 'burning':
      return t('gate.reason.burning', {
        slo: text('slo'),
        factor: format.number(Number(values.factor)),
        window: format.duration(Number(values.longSeconds) * 1000),
      });
    case 'slo-unknown':
      return t('gate.reason.slo-unknown', { slo: text('slo') });
    case 'slo-stale':
      return t('gate.reason.slo-stale', { slo: text('slo') });
    case 'no-slos':
      return t('gate.reason.no-slos', { environment: text('environment') });
    case 'no-rule':
      return t('gate.reason.no-rule', { environment: text('environment') });
    case 'policy-unavailable':
      return t('gate.reason.policy-unavailable', { problem: text('problem') });
    default:
      // A reason of a newer backend is told as it comes.
      return message;
  }
}

function useGate(entityRef: string, environment: string) {
  const api = useApi(releaseGateApiRef);
  return usePolled(`${entityRef} ${environment}`, signal =>
    api.gate({ entity: entityRef, environment }, { signal }),
  );
}

/** Whether a service may be released to an environment now, and why not. */
export function ReleaseGatePanel(props: {
  entityRef: string;
  environment: string;
}) {
  const { t } = useTranslationRef(sloTranslationRef);
  const { value, error, retry } = useGate(props.entityRef, props.environment);
  let body: ReactNode = <LoadingPanel rows={2} />;
  if (value) {
    body = <Decision gate={value} />;
  } else if (error) {
    body = <ErrorPanel compact error={error} onRetry={retry} />;
  }
  return (
    <Panel
      spaced
      title={t('gate.title')}
      aside={
        value && (
          <ObservedAt
            observedAt={value.decidedAt}
            source={t('gate.source')}
            stale={Boolean(error)}
          />
        )
      }
    >
      {body}
    </Panel>
  );
}

function Decision(props: { gate: ReleaseGate }) {
  const { t } = useTranslationRef(sloTranslationRef);
  const format = useFormat();
  const { decision, reasons, environment, policy } = props.gate;
  return (
    <>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1.5 }}>
        <StateBadge
          state={STATES[decision]}
          label={t(`gate.decision.${decision}`)}
        />
        <Typography variant="body2">
          {t(`gate.meaning.${decision}`, { environment })}
        </Typography>
      </Box>
      {reasons.length > 0 && (
        <Typography variant="body2" component="ul" sx={{ pl: 2.5, mb: 0 }}>
          {reasons.map(reason => (
            <li key={`${reason.code} ${reason.sloId ?? reason.message}`}>
              {t(`gate.decision.${reason.decision}`)}:{' '}
              {reasonInWords(reason, t, format)}
            </li>
          ))}
        </Typography>
      )}
      {policy.problem && (
        <Alert severity="warning" sx={{ mt: 1 }}>
          {t('gate.problem', { problem: policy.problem })}
        </Alert>
      )}
      <Typography variant="body2" color="text.secondary" sx={{ mt: 1 }}>
        {t('gate.policy')}{' '}
        {policy.url ? <Link to={policy.url}>{policy.name}</Link> : policy.name}
      </Typography>
    </>
  );
}

/** The same in one line, for a card. Nothing while it is not known, and nothing for who may not ask. */
export function ReleaseGateLine(props: {
  entityRef: string;
  environment: string;
  title: string;
}) {
  const { t } = useTranslationRef(sloTranslationRef);
  const format = useFormat();
  const { value } = useGate(props.entityRef, props.environment);
  if (!value) {
    return null;
  }
  const [reason] = value.reasons;
  return (
    <Box
      component="li"
      sx={{ display: 'flex', flexWrap: 'wrap', gap: 1, py: 1 }}
    >
      <StateBadge
        state={STATES[value.decision]}
        label={t(`gate.decision.${value.decision}`)}
      />
      <Typography variant="body2">
        {t('gate.line', { environment: props.title })}
        {reason && ` ${reasonInWords(reason, t, format)}`}
      </Typography>
    </Box>
  );
}
