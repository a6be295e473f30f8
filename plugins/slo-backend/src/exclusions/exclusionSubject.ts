import { parseEntityRef } from '@backstage/catalog-model';
import { LocalizedText, SubjectDiff } from '@shopfloor/plugin-approvals-common';
import { AskOptions, contentHash } from '@shopfloor/plugin-approvals-node';
import {
  ExclusionFigures,
  formatDuration,
  sloHref,
} from '@shopfloor/plugin-slo-common';
import { StoredSlo } from '../store/SloStore';
import { StoredExclusion } from './ExclusionStore';

/** Type of the subjects of this plugin. */
export const EXCLUSION_SUBJECT = 'slo-past-maintenance';

/** Hash of all that an approval is about. Figures move meanwhile and are not in it. */
export function exclusionHash(exclusion: StoredExclusion): string {
  const { id, sloId, from, to, reason, requestedBy } = exclusion;
  return contentHash({
    id,
    sloId,
    from: from.toISOString(),
    to: to.toISOString(),
    reason,
    requestedBy,
  });
}

/** The request for an approval, with both figures as they were when it was asked for. */
export function askAbout(options: {
  exclusion: StoredExclusion;
  slo: StoredSlo;
  /** Whether its environment is production; not known when it is no longer configured. */
  production: boolean | undefined;
}): AskOptions {
  const { exclusion, slo, production } = options;
  const { id, entityRef, reason, requestedBy } = exclusion;
  const { name, displayName = name } = slo.definition;
  const from = minuteOf(exclusion.from);
  return {
    requestKey: id,
    type: EXCLUSION_SUBJECT,
    subjectId: id,
    entityRef,
    environment: slo.environment,
    production,
    title: {
      en: `Leave out of "${displayName}" what was from ${from} on`,
      zh: `“${displayName}”不计入 ${from} 起的一段时间`,
    },
    diff: diffOf(exclusion, slo),
    contentHash: exclusionHash(exclusion),
    risk: 'medium',
    requester: requestedBy,
    reason,
    link: sloHref({ entityRef, environment: slo.environment, name }),
  };
}

function diffOf(exclusion: StoredExclusion, slo: StoredSlo): SubjectDiff {
  const { entityRef, figures, reason } = exclusion;
  const { name, displayName = name } = slo.definition;
  const service = parseEntityRef(entityRef).name;
  const [from, to] = [exclusion.from, exclusion.to].map(minuteOf);
  const seconds = (exclusion.to.getTime() - exclusion.from.getTime()) / 1000;
  const field = (en: string, zh: string, after: string, before?: string) => ({
    label: { en, zh },
    after,
    ...(before !== undefined && { before }),
  });
  return {
    words: [
      {
        en: `What happened from ${from} to ${to} no longer counts against "${displayName}" of ${service} in ${slo.environment}.`,
        zh: `${slo.environment} 中 ${service} 的“${displayName}”不再计入 ${from} 至 ${to} 发生的事件。`,
      },
      ...figures.map(budgetWords),
    ],
    fields: [
      field('SLO', 'SLO', slo.id),
      field('From', '开始', exclusion.from.toISOString()),
      field('To', '结束', exclusion.to.toISOString()),
      field('Length', '时长', formatDuration(seconds)),
      field('Reason', '理由', reason),
      ...figures.flatMap(each => [
        field(
          `Error budget left, ${nameOf(each).en}`,
          `错误预算剩余（${nameOf(each).zh}）`,
          percent(each.excluded.budgetLeft),
          percent(each.counted.budgetLeft),
        ),
        ...(each.stretch
          ? [
              field(
                `Bad of all ${each.unit} in it, ${nameOf(each).en}`,
                `其间的不合格数与总数（${nameOf(each).zh}）`,
                `${count(each.stretch.bad)} / ${count(each.stretch.total)}`,
              ),
            ]
          : []),
      ]),
    ],
    texts: [],
    affected: [
      {
        text: {
          en: `The error budget of ${service}, its releases, and those who rely on it`,
          zh: `${service} 的错误预算与发布，以及依赖它的人`,
        },
        entityRef,
      },
    ],
    undo: {
      en: 'It is removed on the page of the SLO, where both figures stay; the stretch then counts again.',
      zh: '可在该 SLO 的页面上移除，届时这段时间重新计入；页面始终显示两种数字。',
    },
  };
}

function budgetWords(figures: ExclusionFigures): LocalizedText {
  const { counted, excluded } = figures;
  const [before, after] = [counted, excluded].map(each =>
    percent(each.budgetLeft),
  );
  return {
    en: `Of the error budget at ${nameOf(figures).en}, ${before} is left with it and ${after} without.`,
    zh: `目标 ${nameOf(figures).zh} 的错误预算：计入时剩余 ${before}，不计入时剩余 ${after}。`,
  };
}

function nameOf({ displayName, target }: ExclusionFigures): LocalizedText {
  const name = displayName ?? `${Number((target * 100).toPrecision(10))} %`;
  return { en: name, zh: name };
}

function percent(share: number | undefined): string {
  return share === undefined ? '-' : `${Math.round(share * 1000) / 10} %`;
}

function count(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function minuteOf(time: Date): string {
  return `${time.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
