import { parseEntityRef } from '@backstage/catalog-model';
import { Announcement } from '@shopfloor/plugin-announcements-node';
import { RouteChange } from '@shopfloor/plugin-traffic-common';

/** What whoever asked for a change is told of what became of it, once it was decided or there was nothing to decide any more. */
export function outcomeAnnouncement(
  change: Pick<
    RouteChange,
    'id' | 'entityRef' | 'environment' | 'person' | 'summary' | 'outcome'
  >,
  options: { error?: string; at: Date },
): Announcement {
  const { id, entityRef, environment, person, summary, outcome } = change;
  const { error, at } = options;
  const { kind, namespace, name } = parseEntityRef(entityRef);
  const applied = outcome === 'applied';
  return {
    key: `${id} ${outcome}`,
    recipients: [person],
    at,
    payload: {
      title: applied
        ? `${name} in ${environment}: the change that you asked for is made · ${environment} 中的 ${name}：您申请的变更已执行`
        : `${name} in ${environment}: the change that you asked for was not made · ${environment} 中的 ${name}：您申请的变更没有执行`,
      description: error ? `${summary}. ${error}` : summary,
      link: `/catalog/${namespace}/${kind}/${name}/traffic?env=${encodeURIComponent(environment)}`,
      severity: applied ? 'normal' : 'high',
      topic: 'traffic',
      scope: `traffic:${id}`,
    },
  };
}
