import { ChangeOutcome, ChangeReport } from '@shopfloor/plugin-audit-common';
import { RouteChange } from '@shopfloor/plugin-traffic-common';

const MAX_TITLE = 200;

/** A change of a route as the store of changes has it. */
export function reportOf(change: RouteChange): ChangeReport {
  const { intentAt, outcomeAt, kind, summary } = change;
  const [entityKind, namespace, name] = change.entityRef.split(/[:/]/);
  const title = `${kind === 'undo' ? 'Undo: ' : ''}${summary}`;
  const outcome = outcomeOf(change);
  return {
    sourceId: change.id,
    kind: 'traffic',
    entityRef: change.entityRef,
    environment: change.environment,
    title:
      title.length > MAX_TITLE ? `${title.slice(0, MAX_TITLE - 1)}…` : title,
    ...(change.reason && { summary: change.reason }),
    userEntityRef: change.person,
    startedAt: intentAt,
    // Another instance may have seen the end, by another clock.
    ...(outcome !== 'in-progress' &&
      outcomeAt && { endedAt: outcomeAt < intentAt ? intentAt : outcomeAt }),
    outcome,
    reference: {
      url: `/catalog/${namespace}/${entityKind}/${name}/traffic`,
      object: `virtualservices ${change.virtualService}`,
    },
  };
}

function outcomeOf({ outcome, undoneBy }: RouteChange): ChangeOutcome {
  switch (outcome) {
    case 'pending':
      return 'in-progress';
    case 'applied':
      return undoneBy ? 'undone' : 'succeeded';
    case 'refused':
    case 'not-applied':
      return 'failed';
    default:
      return 'unknown';
  }
}
