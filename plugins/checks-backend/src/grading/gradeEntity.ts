import { JsonValue } from '@backstage/types';
import {
  CheckCategory,
  EvaluatedOutcome,
  LocalizedText,
} from '@shopfloor/plugin-checks-common';
import { matchesFilter } from '@shopfloor/plugin-entity-access-node';
import { CompiledCheck } from '../definitions/compileCheck';

/** Evidence as a rule needs it. */
export interface CurrentEvidence {
  id: string;
  value?: JsonValue;
  unknown?: LocalizedText;
  observedAt: Date;
  staleAfter: Date;
}

/** What an entity is graded on. */
export interface GradingInput {
  facets: ReadonlySet<string>;
  /** By `collector/key`. */
  evidence: ReadonlyMap<string, CurrentEvidence>;
  /** Of each collector that looks at the entity: why it failed the last time, if it did. */
  collectors: ReadonlyMap<string, { failure?: string }>;
}

/** A result to write. */
export interface GradedResult {
  check: string;
  checkVersion: number;
  category: CheckCategory;
  outcome: EvaluatedOutcome;
  words: LocalizedText;
  evidenceIds: string[];
  /** Of the oldest evidence that was read. */
  observedAt?: Date;
  /** The earliest moment from which some of it no longer counts. */
  staleAfter?: Date;
}

const NOT_APPLICABLE: LocalizedText = {
  en: 'Does not concern this entity',
  zh: '与该实体无关',
};

/** Grades an entity by every check that applies to it. Whatever is missing or goes wrong is `unknown`, never a pass. */
export function gradeEntity(
  checks: CompiledCheck[],
  input: GradingInput,
): GradedResult[] {
  return checks
    .filter(({ definition }) =>
      matchesFilter(input.facets, definition.appliesTo),
    )
    .map(check => gradeCheck(check, input));
}

/** Grades an entity by one check, whether it applies or not. */
export function gradeCheck(
  check: CompiledCheck,
  input: Pick<GradingInput, 'evidence' | 'collectors'>,
): GradedResult {
  const { definition } = check;
  const read = Object.entries(definition.reads).map(([name, evidence]) => ({
    name,
    evidence,
    found: input.evidence.get(evidence),
  }));
  const found = read.flatMap(item => (item.found ? [item.found] : []));
  const result = {
    check: definition.name,
    checkVersion: definition.version,
    category: definition.category,
    evidenceIds: found.map(({ id }) => id),
    ...times(found, definition.freshnessSeconds),
  };
  const unknown = (words: LocalizedText): GradedResult => ({
    ...result,
    outcome: 'unknown',
    words,
  });

  const missing = read.find(item => !item.found);
  if (missing) {
    return unknown(whyMissing(missing.evidence, input.collectors));
  }
  const blind = found.find(item => item.unknown);
  if (blind) {
    return unknown(blind.unknown!);
  }
  try {
    const judged = check.judge(
      Object.fromEntries(
        read.map(item => [item.name, item.found!.value as JsonValue]),
      ),
    );
    return judged.outcome === 'not-applicable'
      ? { ...result, outcome: 'not-applicable', words: NOT_APPLICABLE }
      : { ...result, ...judged };
  } catch (error) {
    const reason = (error as Error).message.split('\n')[0];
    return unknown({
      en: `The rule could not be worked out on what was found: ${reason}`,
      zh: `规则无法根据采集到的内容得出结论：${reason}`,
    });
  }
}

function times(
  evidence: CurrentEvidence[],
  freshnessSeconds: number,
): Pick<GradedResult, 'observedAt' | 'staleAfter'> {
  if (evidence.length === 0) {
    return {};
  }
  const observed = Math.min(
    ...evidence.map(({ observedAt }) => observedAt.getTime()),
  );
  const stale = Math.min(
    observed + freshnessSeconds * 1000,
    ...evidence.map(({ staleAfter }) => staleAfter.getTime()),
  );
  return { observedAt: new Date(observed), staleAfter: new Date(stale) };
}

function whyMissing(
  name: string,
  collectors: GradingInput['collectors'],
): LocalizedText {
  const collector = collectors.get(name.split('/')[0]);
  if (!collector) {
    return {
      en: `Nothing tells where to look for ${name}`,
      zh: `没有信息说明在哪里采集 ${name}`,
    };
  }
  return collector.failure
    ? {
        en: `${name} could not be collected: ${collector.failure}`,
        zh: `无法采集 ${name}：${collector.failure}`,
      }
    : {
        en: `${name} has not been collected yet`,
        zh: `尚未采集 ${name}`,
      };
}
