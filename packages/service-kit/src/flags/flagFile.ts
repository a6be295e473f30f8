import { hash } from 'node:crypto';
import { parseDocument } from 'yaml';
import type { FlagContext, FlagValue } from './Flags.ts';

/** When a rule applies, and what it gives. */
export interface FlagRule {
  /** Each attribute of the context must have one of these values. */
  when: Record<string, (string | number | boolean)[]>;
  /** Part of the targeting keys that get it, 0 to 1. Without a key nobody does, unless it is 1. */
  share: number;
  value: FlagValue;
}

/** What a file says: a value per flag, and rules that come before it. */
export interface FlagFile {
  flags: ReadonlyMap<string, FlagValue>;
  rules: ReadonlyMap<string, readonly FlagRule[]>;
}

const SCALARS = ['string', 'number', 'boolean'];
/** The part of a targeting key's hash that decides, as a number of 32 bits. */
const HASH_RANGE = 2 ** 32;

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function onlyKeys(value: Record<string, unknown>, keys: string[], at: string) {
  const unknown = Object.keys(value).filter(key => !keys.includes(key));
  if (unknown.length > 0) {
    throw new Error(
      `${at}: ${unknown.join(', ')} is not known; known: ${keys.join(', ')}`,
    );
  }
}

function kindOf(value: unknown): string {
  return isObject(value) ? 'object' : typeof value;
}

function parseWhen(value: unknown, at: string): FlagRule['when'] {
  if (!isObject(value)) {
    throw new Error(`${at}: must name attributes of the context`);
  }
  const when: FlagRule['when'] = {};
  for (const [attribute, wanted] of Object.entries(value)) {
    const values = [wanted].flat() as FlagRule['when'][string];
    if (values.some(one => !SCALARS.includes(typeof one))) {
      throw new Error(`${at}.${attribute}: must be a value or a list of them`);
    }
    when[attribute] = values;
  }
  return when;
}

function parseRule(value: unknown, at: string): FlagRule {
  if (!isObject(value) || value.value === undefined) {
    throw new Error(`${at}: must have a value`);
  }
  onlyKeys(value, ['when', 'share', 'value'], at);
  const share = value.share ?? 1;
  if (typeof share !== 'number' || !(share >= 0 && share <= 1)) {
    throw new Error(`${at}.share: must be between 0 and 1`);
  }
  return {
    when: parseWhen(value.when ?? {}, `${at}.when`),
    share,
    value: value.value as FlagValue,
  };
}

/**
 * Reads a file of flags, YAML or JSON.
 *
 * @throws Error that says where it is wrong
 */
export function parseFlagFile(text: string): FlagFile {
  const document = parseDocument(text, { uniqueKeys: true });
  if (document.errors.length > 0) {
    throw new Error(document.errors[0].message);
  }
  const content: unknown = document.toJS() ?? {};
  if (!isObject(content)) {
    throw new Error('the top must be an object with flags and rules');
  }
  onlyKeys(content, ['flags', 'rules'], 'the top');
  const values = content.flags ?? {};
  const rules = content.rules ?? {};
  if (!isObject(values) || !isObject(rules)) {
    throw new Error('flags and rules must be objects by the name of the flag');
  }
  const parsed = new Map<string, FlagRule[]>();
  for (const [flag, list] of Object.entries(rules)) {
    if (!(flag in values)) {
      throw new Error(`rules.${flag}: there is no flag of this name in flags`);
    }
    if (!Array.isArray(list)) {
      throw new Error(`rules.${flag}: must be a list`);
    }
    parsed.set(
      flag,
      list.map((rule, index) => {
        const at = `rules.${flag}[${index}]`;
        const found = parseRule(rule, at);
        if (kindOf(found.value) !== kindOf(values[flag])) {
          throw new Error(
            `${at}.value: must be of the type of the flag, ${kindOf(values[flag])}`,
          );
        }
        return found;
      }),
    );
  }
  return {
    flags: new Map(Object.entries(values)) as Map<string, FlagValue>,
    rules: parsed,
  };
}

/** Where a key stands in a roll-out, 0 to below 1; the same for ever, and another for each flag. */
export function rolloutPosition(flag: string, targetingKey: string): number {
  const digest = hash('sha256', `${flag}\0${targetingKey}`, 'hex');
  return Number.parseInt(digest.slice(0, 8), 16) / HASH_RANGE;
}

function applies(flag: string, rule: FlagRule, context: FlagContext): boolean {
  for (const [attribute, wanted] of Object.entries(rule.when)) {
    const given = context[attribute];
    if (given === undefined || !wanted.includes(given)) {
      return false;
    }
  }
  if (rule.share === 1) {
    return true;
  }
  const { targetingKey } = context;
  return (
    targetingKey !== undefined &&
    rolloutPosition(flag, targetingKey) < rule.share
  );
}

/** The value of a flag for a context: of the first rule that applies, else its own. Undefined: there is no such flag. */
export function evaluateFlag(
  file: FlagFile,
  flag: string,
  context: FlagContext,
): FlagValue | undefined {
  const rule = file.rules
    .get(flag)
    ?.find(candidate => applies(flag, candidate, context));
  return rule ? rule.value : file.flags.get(flag);
}
