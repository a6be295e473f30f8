import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { RouteView, compareShares } from '@shopfloor/plugin-traffic-common';
import { AnswerLine, State, useFormat, useNow } from '@shopfloor/ui';
import { ReactNode } from 'react';
import { trafficTranslationRef } from '../translation/translation';

/** Measured shares are averages over a minute, so they arrive late. */
const MOVING_MS = 75_000;

/** The state of the route in one sentence. */
export function RouteAnswer(props: { view: RouteView; aside?: ReactNode }) {
  const { t } = useTranslationRef(trafficTranslationRef);
  const format = useFormat();
  const now = useNow(5000);
  const { wanted, measured, latestChange } = props.view;
  if (!wanted) {
    return null;
  }
  const { verdict } = compareShares(
    wanted.destinations,
    measured?.stale ? undefined : measured,
  );
  const shares = wanted.destinations
    .map(({ subset, share }) =>
      t('answer.share', { subset, share: format.percent(share) }),
    )
    .join(t('answer.and'));
  const moving =
    verdict === 'differs' &&
    now - Date.parse(latestChange?.intentAt ?? '1970-01-01') < MOVING_MS;
  const [state, label, text] = ((): [State, string | undefined, string] => {
    if (moving) {
      return ['running', t('state.moving'), t('answer.moving', { shares })];
    }
    switch (verdict) {
      case 'follows':
        return ['ok', t('state.follows'), t('answer.follows', { shares })];
      case 'differs':
        return ['at-risk', t('state.differs'), t('answer.differs', { shares })];
      case 'no-requests':
        return ['unknown', undefined, t('answer.noRequests', { shares })];
      default:
        return ['unknown', undefined, t('answer.notMeasured', { shares })];
    }
  })();
  return (
    <AnswerLine
      state={wanted.stale ? 'stale' : state}
      stateLabel={wanted.stale ? undefined : label}
      aside={props.aside}
    >
      {text}
    </AnswerLine>
  );
}
