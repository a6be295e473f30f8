import { parseEntityRef } from '@backstage/catalog-model';
import { LocalizedText, SubjectDiff } from '@shopfloor/plugin-approvals-common';
import { AskOptions, contentHash } from '@shopfloor/plugin-approvals-node';
import {
  GradedCheck,
  gradeEntity,
  GradeFigures,
  levelOfRank,
  ScorecardDefinition,
  scoreOf,
} from '@shopfloor/plugin-scorecards-common';
import { scorecardPath } from '../announce/announcements';
import { StoredWaiver } from '../store/WaiverStore';

/** Type of the subjects of this plugin. */
export const WAIVER_SUBJECT = 'scorecard-waiver';

/** What a waiver does to a grade. */
export interface WaiverEffect {
  definition: ScorecardDefinition;
  /** How the check comes out now. */
  outcome: string;
  before: GradeFigures;
  after: GradeFigures;
  /** Without any waiver. */
  without: GradeFigures;
}

/** Works out what a waiver would do to a grade; `undefined` when the scorecard does not ask for the check. */
export function effectOf(options: {
  definition: ScorecardDefinition;
  /** As of now. */
  checks: GradedCheck[];
  check: string;
}): WaiverEffect | undefined {
  const { definition, checks, check } = options;
  const found = checks.find(each => each.check === check);
  if (!found) {
    return undefined;
  }
  const outcomes = new Map(
    checks.map(each => [each.check, each.outcome] as const),
  );
  const waived = checks.flatMap(each => (each.waived ? [each.check] : []));
  const before = gradeEntity({ definition, outcomes, waived: new Set(waived) });
  const after = gradeEntity({
    definition,
    outcomes,
    waived: new Set([...waived, check]),
  });
  return {
    definition,
    outcome: found.outcome,
    before: before.figures,
    after: after.figures,
    without: before.withoutWaivers,
  };
}

/** Hash of all that an approval of the waiver is about. Scores move meanwhile and are not in it. */
export function waiverHash(waiver: StoredWaiver): string {
  const { id, scorecard, entityRef, check, reason, requestedBy } = waiver;
  return contentHash({
    id,
    scorecard,
    entityRef,
    check,
    reason,
    requestedBy,
    expiresAt: waiver.expiresAt.toISOString(),
  });
}

/** What is known of a waiver besides itself. */
interface WaiverWords {
  /** Absent: what it does to the score is not known. */
  effect?: WaiverEffect;
  /** Of the check. */
  title: LocalizedText;
}

/** The request for an approval of a waiver. */
export function askAbout(waiver: StoredWaiver, of: WaiverWords): AskOptions {
  const { id, scorecard, entityRef, reason, requestedBy } = waiver;
  const { name } = parseEntityRef(entityRef);
  const until = dayOf(waiver.expiresAt);
  return {
    requestKey: id,
    type: WAIVER_SUBJECT,
    subjectId: id,
    entityRef,
    title: {
      en: `Waiver of “${of.title.en}” for ${name} until ${until}`,
      zh: `${name} 豁免“${of.title.zh}”至 ${until}`,
    },
    diff: diffOf(waiver, of),
    contentHash: waiverHash(waiver),
    risk: 'medium',
    requester: requestedBy,
    reason,
    link: scorecardPath(entityRef, scorecard),
  };
}

function diffOf(
  waiver: StoredWaiver,
  { effect, title: checkTitle }: WaiverWords,
): SubjectDiff {
  const { scorecard, entityRef, check, reason, expiresAt } = waiver;
  const { name } = parseEntityRef(entityRef);
  const until = dayOf(expiresAt);
  const title = effect?.definition.title ?? { en: scorecard, zh: scorecard };
  const field = (en: string, zh: string, after: string, before?: string) => ({
    label: { en, zh },
    after,
    ...(before && { before }),
  });
  return {
    words: [
      {
        en: `${name} need not pass “${checkTitle.en}” on ${title.en} until ${until}.`,
        zh: `在 ${until} 之前，${name} 无须通过“${title.zh}”中的“${checkTitle.zh}”。`,
      },
      scoreWords(effect),
    ],
    fields: [
      field('Check', '检查', check),
      field('Service', '服务', entityRef),
      field('Scorecard', '评分卡', scorecard),
      field('Reason', '理由', reason),
      field('Ends', '截止', expiresAt.toISOString()),
      ...(effect
        ? [
            field('Result of the check', '检查结果', 'waived', effect.outcome),
            field(
              'Score with waivers',
              '计入豁免的得分',
              percent(effect.after),
              percent(effect.before),
            ),
            field(
              'Score without waivers',
              '不计豁免的得分',
              percent(effect.without),
              percent(effect.without),
            ),
            field(
              'Level',
              '等级',
              levelOf(effect.definition, effect.after),
              levelOf(effect.definition, effect.before),
            ),
          ]
        : [field('Score', '得分', 'unknown', 'unknown')]),
    ],
    texts: [],
    affected: [
      {
        text: {
          en: `The grade of ${name} on ${title.en}, and those who rely on it`,
          zh: `${name} 在“${title.zh}”上的评级，以及依赖该评级的人`,
        },
        entityRef,
      },
    ],
    undo: {
      en: `It ends by itself on ${until}. Before that it is revoked under Scorecards > Waivers.`,
      zh: `到 ${until} 自动结束；在此之前可在“评分卡 > 豁免”中撤销。`,
    },
  };
}

function scoreWords(effect: WaiverEffect | undefined): LocalizedText {
  if (!effect) {
    return {
      en: 'What it does to the score is not known: the service is not graded at the moment.',
      zh: '该服务目前没有评级，无法得知对得分的影响。',
    };
  }
  const [before, after, without] = [
    effect.before,
    effect.after,
    effect.without,
  ].map(percent);
  return {
    en: `The score goes from ${before} to ${after}; without waivers it is ${without} and stays so.`,
    zh: `得分从 ${before} 变为 ${after}；不计豁免仍为 ${without}。`,
  };
}

function percent(figures: GradeFigures): string {
  const score = scoreOf(figures);
  return score === undefined ? '-' : `${Math.round(score * 1000) / 10} %`;
}

function levelOf(
  definition: ScorecardDefinition,
  { rank }: GradeFigures,
): string {
  return levelOfRank(definition, rank) ?? '-';
}

function dayOf(time: Date): string {
  return time.toISOString().slice(0, 10);
}
