import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { Grant } from '@shopfloor/plugin-secrets-common';
import { Panel, State, StateIcon, useFormat, useNow } from '@shopfloor/ui';
import { GrantStep, StepState, stepsOf } from '../../core/steps';
import { secretsTranslationRef } from '../../translation/translation';
import { stateOf } from '../../words';

/** How far a grant is, with times; the step that is worked on says since when. */
export function GrantSteps(props: { grant: Grant; product: string }) {
  const { t } = useTranslationRef(secretsTranslationRef);
  const format = useFormat();
  const now = useNow(5_000);
  const { grant, product } = props;
  const last = grant.history.at(-1);
  return (
    <Panel spaced title={t('grant.steps.title')}>
      <Box component="ol" sx={{ m: 0, p: 0, listStyle: 'none' }}>
        {stepsOf(grant).map(step => (
          <Step key={step.name} step={step} grant={grant} product={product} />
        ))}
      </Box>
      {stateOf(grant.state) === 'running' && last && (
        <Typography variant="body2" color="text.secondary" sx={{ mt: 1 }}>
          {t('grant.steps.working', {
            since: format.relative(Math.min(Date.parse(last.at), now), now),
          })}
        </Typography>
      )}
    </Panel>
  );
}

const ICONS: Record<StepState, State> = {
  done: 'ok',
  current: 'running',
  todo: 'unknown',
  stopped: 'failing',
  skipped: 'paused',
};

function Step(props: { step: GrantStep; grant: Grant; product: string }) {
  const { t } = useTranslationRef(secretsTranslationRef);
  const format = useFormat();
  const now = useNow(30_000);
  const { step, grant, product } = props;
  const { name, state, at } = step;
  let title: string = t(`grant.steps.${name}`, { product });
  if (name === 'ended' && state === 'done') {
    title = t(`state.${grant.state}`);
  } else if (name === 'ended' && state === 'current' && !at) {
    title = t('grant.answer.activeNoEnd');
  } else if (state === 'stopped') {
    title = `${title}: ${t(`state.${grant.state}`)}`;
  }
  // What waits for a person is not worked on.
  const icon =
    state === 'current' && stateOf(grant.state) === 'waiting'
      ? 'waiting'
      : ICONS[state];
  return (
    <Box
      component="li"
      aria-current={state === 'current' ? 'step' : undefined}
      sx={{ display: 'flex', alignItems: 'flex-start', gap: 1, py: 0.75 }}
    >
      <StateIcon state={icon} />
      <Box sx={{ minWidth: 0 }}>
        <Typography
          variant="body2"
          sx={{ fontWeight: state === 'current' ? 600 : 400 }}
        >
          {title}
        </Typography>
        <Typography variant="body2" color="text.secondary">
          {[
            t(`grant.steps.${state}`),
            at && `${format.moment(at)} (${format.relative(at, now)})`,
          ]
            .filter(Boolean)
            .join(' · ')}
        </Typography>
      </Box>
    </Box>
  );
}
