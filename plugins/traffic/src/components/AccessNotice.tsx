import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { EntityRefLink } from '@backstage/plugin-catalog-react';
import Alert from '@mui/material/Alert';
import { RouteRefusal, RouteView } from '@shopfloor/plugin-traffic-common';
import { trafficTranslationRef } from '../translation/translation';
import { TrafficWords } from './format';

/** Why the controls are disabled, and whom to ask. */
export function AccessNotice(props: { id: string; view: RouteView }) {
  const { t } = useTranslationRef(trafficTranslationRef);
  const { access, environment, wanted } = props.view;
  if (access.allowed || !access.code) {
    return null;
  }
  return (
    <Alert id={props.id} severity="info">
      {t(`access.${access.code}`, {
        environment: environment.title,
        refusal: wanted?.refusal ? refusalInWords(wanted.refusal, t) : '',
      })}
      {access.ask.length > 0 && (
        <>
          {' '}
          {t('access.ask')}{' '}
          {access.ask.map((ref, index) => (
            <span key={ref}>
              {index > 0 && ', '}
              <EntityRefLink entityRef={ref} />
            </span>
          ))}
        </>
      )}
    </Alert>
  );
}

function refusalInWords(refusal: RouteRefusal, t: TrafficWords): string {
  return t(`refusal.${refusal.code}`, { detail: refusal.detail ?? '' });
}
