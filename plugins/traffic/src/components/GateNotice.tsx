import { parseEntityRef } from '@backstage/catalog-model';
import { Link } from '@backstage/core-components';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Alert, { AlertColor } from '@mui/material/Alert';
import Box from '@mui/material/Box';
import { ChangeGate, ChangePreview } from '@shopfloor/plugin-traffic-common';
import { useFormat } from '@shopfloor/ui';
import { trafficTranslationRef } from '../translation/translation';

const SEVERITIES: Record<ChangeGate['effect'], AlertColor> = {
  pass: 'success',
  tell: 'warning',
  ask: 'warning',
  refuse: 'error',
};

/** What the release gate of the SLOs says of a step forward, why, and what comes of it, with the way to it. */
export function GateNotice(props: { preview: ChangePreview }) {
  const { t } = useTranslationRef(trafficTranslationRef);
  const format = useFormat();
  const { gate, entityRef, environment } = props.preview;
  if (!gate) {
    return null;
  }
  const { kind, namespace, name } = parseEntityRef(entityRef);
  const { decision, effect, unavailable, reasons, step, advisedStepPercent } =
    gate;
  const language = format.locale.startsWith('zh') ? 'zh' : 'en';
  const consequence = () => {
    if (effect !== 'tell') {
      return effect === 'pass' ? undefined : t(`gate.${effect}`);
    }
    if (advisedStepPercent === undefined) {
      return t('gate.tell');
    }
    return step * 100 > advisedStepPercent + 1e-6
      ? t('gate.advise', {
          most: format.percent(advisedStepPercent / 100),
          step: format.percent(step),
        })
      : t('gate.small');
  };
  return (
    <Alert severity={SEVERITIES[effect]}>
      {unavailable === undefined
        ? t(`gate.${decision}`, { service: name })
        : t('gate.unavailable', { service: name, reason: unavailable })}
      {reasons.length > 0 && (
        <Box component="ul" sx={{ m: 0, pl: 2.5 }}>
          {reasons.map(reason => (
            <li key={reason.en}>{reason[language]}</li>
          ))}
        </Box>
      )}
      <div>{consequence()}</div>
      <Link
        to={`/catalog/${namespace}/${kind}/${name}/slos?env=${encodeURIComponent(environment.name)}`}
        color="inherit"
        underline="always"
      >
        {t('gate.open')}
      </Link>
    </Alert>
  );
}
