import {
  actOnExclusion,
  ExclusionAct,
  ExclusionFigures,
  SloExclusion,
  SloExclusions,
  spanOf,
  TimeSpan,
} from '@shopfloor/plugin-slo-common';
import { SloRequest } from '../service/SloService';
import { StoredSlo } from '../store/SloStore';
import { StoredExclusion } from './ExclusionStore';

const ACTS: ExclusionAct[] = ['withdraw', 'remove'];

/** Why nobody, or not the person, may ask for one. */
export function reasonAgainst(
  slo: StoredSlo,
  may: boolean,
): SloExclusions['mayNot'] {
  if (!may) {
    return 'permission';
  }
  if (slo.definition.journey) {
    return 'journey';
  }
  return budgetSpan(slo) ? undefined : 'not-measured';
}

/** The window of the budget as it was last measured. */
export function budgetSpan({ definition, measurement }: StoredSlo) {
  return (
    measurement &&
    spanOf(definition.timeWindow, measurement.observedAt.getTime() / 1000)
  );
}

/** An exclusion as a person sees it. */
export function presentExclusion(
  exclusion: StoredExclusion,
  options: { window?: TimeSpan; may: boolean; request: SloRequest },
): SloExclusion {
  const { window, may, request } = options;
  const { from, to, figures, requestedAt, decidedAt, ...rest } = exclusion;
  const { sloId: _, entityRef: __, ...shown } = rest;
  const by = request.credentials.principal.userEntityRef;
  return {
    ...shown,
    from: from.toISOString(),
    to: to.toISOString(),
    requestedAt: requestedAt.toISOString(),
    ...(decidedAt && { decidedAt: decidedAt.toISOString() }),
    ...(exclusion.state === 'waiting' &&
      !exclusion.approvalId && { approvalPending: true }),
    asked: figures,
    inWindow: window !== undefined && to.getTime() / 1000 > window.from,
    may: ACTS.filter(
      act =>
        (act === 'withdraw' || may) &&
        'state' in actOnExclusion({ exclusion, act, by }),
    ),
  };
}

/** True when two counts are the same, or neither is known. */
export function sameCounts(
  one: ExclusionFigures['counted']['counts'],
  other: ExclusionFigures['counted']['counts'],
): boolean {
  return one?.bad === other?.bad && one?.total === other?.total;
}
