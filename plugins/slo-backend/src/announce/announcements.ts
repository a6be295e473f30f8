import { Announcement } from '@shopfloor/plugin-announcements-node';
import { Episode, sloHref, SloSummary } from '@shopfloor/plugin-slo-common';

const TOPIC = 'slos';

const WORDS = {
  burn: { en: 'spends its error budget too fast', zh: '错误预算消耗过快' },
  exhausted: { en: 'has used up its error budget', zh: '错误预算已用尽' },
};

/**
 * What the owner is told of an episode. Both messages of one episode have the same scope, so that the notification of the
 * trouble becomes the one that it is over.
 */
export function episodeAnnouncement(options: {
  slo: SloSummary;
  episode: Pick<Episode, 'kind' | 'openedAt'>;
  what: 'opened' | 'closed';
  at: Date;
}): Announcement | undefined {
  const { slo, episode, what, at } = options;
  if (!slo.owner) {
    return undefined;
  }
  const name = slo.displayName ?? slo.name;
  const { en, zh } = WORDS[episode.kind];
  const left =
    slo.worstBudgetLeft === undefined
      ? ''
      : `${Number((slo.worstBudgetLeft * 100).toPrecision(3))} %`;
  const over = what === 'closed';
  const began = new Date(episode.openedAt).toISOString();
  const key = `${slo.id} ${episode.kind} ${began}`;
  const pages = slo.objectives.some(({ burnRows }) =>
    burnRows.some(row => row.active && row.longSeconds < 86_400),
  );
  const urgent = episode.kind === 'exhausted' || pages;
  return {
    key: `${what} ${key}`,
    recipients: [slo.owner],
    at,
    payload: {
      title: over
        ? `${name} (${slo.environment}): no longer, it ${en} · 已恢复：${zh}`
        : `${name} (${slo.environment}) ${en} · ${zh}`,
      description: over
        ? `From ${began} to ${at.toISOString()}. Budget left · 剩余预算: ${left}`
        : `Budget left · 剩余预算: ${left}`,
      link: sloHref(slo),
      ...(over
        ? { severity: 'normal' as const }
        : { severity: urgent ? ('critical' as const) : ('high' as const) }),
      topic: TOPIC,
      scope: `slo:${key}`,
    },
  };
}
