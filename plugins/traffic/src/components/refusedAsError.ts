import { RouteChange } from '@shopfloor/plugin-traffic-common';

/** A request that is sent again answers with its change, which may be one that was refused. */
export function refusedAsError(change: RouteChange): RouteChange {
  if (change.outcome === 'refused' || change.outcome === 'not-applied') {
    throw new Error(change.error ?? change.outcome);
  }
  return change;
}
