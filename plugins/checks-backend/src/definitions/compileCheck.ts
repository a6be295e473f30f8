import { JsonValue } from '@backstage/types';
import {
  CheckDefinition,
  LocalizedText,
} from '@shopfloor/plugin-checks-common';
import { EvidenceType } from '@shopfloor/plugin-checks-node';
import {
  Compiled,
  CompiledExpression,
  RuleLanguage,
} from '../rules/RuleLanguage';

/** Types of evidence by its name, `collector/key`. */
export type EvidenceTypes = ReadonlyMap<string, EvidenceType>;

/** What a rule says of evidence that is complete and fresh. */
export type RuleOutcome =
  | { outcome: 'pass' | 'fail'; words: LocalizedText }
  | { outcome: 'not-applicable' };

/** A definition that is ready to judge. */
export interface CompiledCheck {
  definition: CheckDefinition;
  /**
   * Judges evidence by the names of `reads`.
   *
   * @throws Error when the rule cannot be worked out on it
   */
  judge(evidence: Record<string, JsonValue>): RuleOutcome;
}

type Text = { en: CompiledExpression<string>; zh: CompiledExpression<string> };

/**
 * Compiles the expressions of a definition against the types of the evidence that it reads.
 *
 * @param report - told each problem with the path of its field below `spec`
 * @returns undefined when there are problems
 */
export function compileCheck(options: {
  definition: CheckDefinition;
  types: EvidenceTypes;
  language: RuleLanguage;
  report: (path: string[], message: string) => void;
}): CompiledCheck | undefined {
  const { definition, types, language, report } = options;
  let sound = true;
  const problem = (path: string[], message: string) => {
    sound = false;
    report(path, message);
  };

  const variables: Record<string, EvidenceType> = {};
  for (const [name, evidence] of Object.entries(definition.reads)) {
    const type = types.get(evidence);
    if (type) {
      variables[name] = type;
    } else {
      problem(
        ['reads', name],
        `no collector gives ${evidence}; there is ${[...types.keys()]
          .sort()
          .join(', ')}`,
      );
    }
  }
  if (!sound) {
    return undefined;
  }

  const scope = language.scope(variables);
  const use = <T>(
    path: string[],
    compiled: Compiled<T>,
  ): CompiledExpression<T> => {
    if (compiled.expression) {
      return compiled.expression;
    }
    const { message, offset } = compiled.problem;
    problem(
      path,
      offset === undefined
        ? message
        : `${message} (at character ${offset + 1})`,
    );
    // Never called: what has problems is not returned.
    return { evaluate: () => undefined as T };
  };
  const text = (path: string[], words: LocalizedText): Text => ({
    en: use([...path, 'en'], scope.template(words.en)),
    zh: use([...path, 'zh'], scope.template(words.zh)),
  });
  const when =
    definition.when === undefined
      ? undefined
      : use(['when'], scope.condition(definition.when));
  const pass = use(['pass'], scope.condition(definition.pass));
  const words = {
    pass:
      definition.words.pass && text(['words', 'pass'], definition.words.pass),
    fail: text(['words', 'fail'], definition.words.fail),
  };
  if (!sound) {
    return undefined;
  }

  const say = (of: Text, values: Record<string, unknown>) => ({
    en: of.en.evaluate(values),
    zh: of.zh.evaluate(values),
  });
  return {
    definition,
    judge: evidence => {
      const values = scope.values(evidence);
      if (when && !when.evaluate(values)) {
        return { outcome: 'not-applicable' };
      }
      if (pass.evaluate(values)) {
        return {
          outcome: 'pass',
          words: words.pass ? say(words.pass, values) : definition.title,
        };
      }
      return { outcome: 'fail', words: say(words.fail, values) };
    },
  };
}
