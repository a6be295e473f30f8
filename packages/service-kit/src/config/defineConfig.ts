import { readFileSync } from 'node:fs';

/** What every key of a configuration says about itself. */
export interface KeyOptions<T> {
  /** One sentence for the person who sets it. */
  description: string;
  /** Used when the variable is absent or empty. Absent: the key is required. */
  default?: T;
  /** Unit of the value, such as `ms`. */
  unit?: string;
}

/** One key: how it is described and how its text becomes a value. */
export interface ConfigKey<T> {
  readonly kind: string;
  readonly description: string;
  readonly unit?: string;
  readonly required: boolean;
  readonly secret: boolean;
  readonly defaultText?: string;
  /** Variable that names a file with the value, taken when the key itself is absent. */
  readonly file?: string;
  /** Throws an Error whose message completes the sentence "KEY …". */
  readonly parse: (text: string) => T;
  readonly fallback: () => T;
}

/** Keys by environment variable name. */
export type ConfigSpec = Record<string, ConfigKey<unknown>>;

/** The parsed configuration of a spec. */
export type ConfigOf<Spec extends ConfigSpec> = {
  readonly [Name in keyof Spec]: Spec[Name] extends ConfigKey<infer T>
    ? T
    : never;
};

/** Every problem of a configuration at once, so that one start shows them all. */
export class InvalidConfigurationError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(
      `The configuration is not usable:\n${problems
        .map(problem => `  - ${problem}`)
        .join('\n')}`,
    );
    this.name = 'InvalidConfigurationError';
    this.problems = problems;
  }
}

function createKey<T>(
  kind: string,
  options: KeyOptions<T>,
  parse: (text: string) => T,
  traits: { secret?: boolean; optional?: boolean; file?: string } = {},
): ConfigKey<T> {
  const hasDefault = options.default !== undefined;
  return {
    kind,
    description: options.description,
    unit: options.unit,
    required: !hasDefault && !traits.optional,
    secret: Boolean(traits.secret),
    file: traits.file,
    defaultText: hasDefault ? String(options.default) : undefined,
    parse,
    fallback: () => options.default as T,
  };
}

/** A whole number within bounds. */
export function integer(
  options: KeyOptions<number> & { min?: number; max?: number },
): ConfigKey<number> {
  const { min = 0, max = Number.MAX_SAFE_INTEGER } = options;
  return createKey('integer', options, given => {
    const value = Number(given);
    if (!/^-?\d+$/.test(given) || !Number.isSafeInteger(value)) {
      throw new Error(`must be a whole number, but is "${given}"`);
    }
    if (value < min || value > max) {
      throw new Error(`must be between ${min} and ${max}, but is ${given}`);
    }
    return value;
  });
}

/** A number between 0 and 1. */
export function fraction(options: KeyOptions<number>): ConfigKey<number> {
  return createKey('fraction', options, given => {
    const value = Number(given);
    if (!(value >= 0 && value <= 1)) {
      throw new Error(`must be between 0 and 1, but is "${given}"`);
    }
    return value;
  });
}

/** `true` or `false`, nothing else. */
export function flag(options: KeyOptions<boolean>): ConfigKey<boolean> {
  return createKey('boolean', options, given => {
    if (given !== 'true' && given !== 'false') {
      throw new Error(`must be true or false, but is "${given}"`);
    }
    return given === 'true';
  });
}

/** Any text. */
export function text(options: KeyOptions<string>): ConfigKey<string> {
  return createKey('text', options, value => value);
}

/** One of a closed list of words. */
export function oneOf<const Values extends readonly string[]>(
  values: Values,
  options: KeyOptions<Values[number]>,
): ConfigKey<Values[number]> {
  return createKey(values.join(' / '), options, value => {
    if (!values.includes(value)) {
      throw new Error(`must be one of ${values.join(', ')}, but is "${value}"`);
    }
    return value;
  });
}

function parseUrl(value: string, protocols?: readonly string[]): string {
  // The value is never quoted: a URL may carry a password.
  if (!URL.canParse(value)) {
    throw new Error('must be a URL');
  }
  const { protocol } = new URL(value);
  if (protocols && !protocols.includes(protocol)) {
    throw new Error(`must be a URL that begins with ${protocols.join(' or ')}`);
  }
  return value;
}

/** A URL that may be absent; then the feature behind it is off. */
export function optionalUrl(
  options: Omit<KeyOptions<string>, 'default'> & {
    protocols?: readonly string[];
    /** Variable that may name a file with the value. */
    file?: string;
  },
): ConfigKey<string | undefined> {
  return createKey<string | undefined>(
    'URL',
    options,
    value => parseUrl(value, options.protocols),
    { optional: true, file: options.file },
  );
}

/** Path of a file that may be absent from the configuration. */
export function optionalFile(
  options: Omit<KeyOptions<string>, 'default'>,
): ConfigKey<string | undefined> {
  return createKey<string | undefined>('path', options, value => value, {
    optional: true,
  });
}

/** A URL that holds a credential. It has no default and is never printed. */
export function secretUrl(
  options: Omit<KeyOptions<string>, 'default'> & {
    protocols?: readonly string[];
    /** Variable that may name a file with the value. */
    file?: string;
  },
): ConfigKey<string> {
  return createKey(
    'URL',
    options,
    value => parseUrl(value, options.protocols),
    { secret: true, file: options.file },
  );
}

/** A secret text. It has no default and is never printed. */
export function secret(
  options: Omit<KeyOptions<string>, 'default'> & {
    /** Variable that may name a file with the value. */
    file?: string;
  },
): ConfigKey<string> {
  return createKey('text', options, value => value, {
    secret: true,
    file: options.file,
  });
}

/**
 * Reads a configuration from environment variables, once, at boot.
 *
 * An empty variable counts as absent. A key with a file takes its value from there when it is absent itself; both at once are a
 * problem, since one of them would be ignored. The result is frozen.
 *
 * @throws InvalidConfigurationError that lists every problem.
 */
export function loadConfig<Spec extends ConfigSpec>(
  spec: Spec,
  env: Record<string, string | undefined>,
): ConfigOf<Spec> {
  const problems: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, key] of Object.entries(spec)) {
    const given = valueOf(name, key, env);
    if (given.problem) {
      problems.push(given.problem);
      continue;
    }
    const { value, source } = given;
    if (value === undefined) {
      if (key.required) {
        problems.push(`${name} is missing: ${key.description}`);
      } else {
        values[name] = key.fallback();
      }
      continue;
    }
    try {
      values[name] = key.parse(value);
    } catch (error) {
      const reason = key.secret
        ? (error as Error).message.replaceAll(value, '***')
        : (error as Error).message;
      problems.push(`${source} ${reason}`);
    }
  }
  if (problems.length > 0) {
    throw new InvalidConfigurationError(problems);
  }
  return Object.freeze(values) as ConfigOf<Spec>;
}

interface GivenValue {
  value?: string;
  /** What a problem of the value is said of. */
  source: string;
  problem?: string;
}

function valueOf(
  name: string,
  key: ConfigKey<unknown>,
  env: Record<string, string | undefined>,
): GivenValue {
  const value = env[name] || undefined;
  const path = key.file && env[key.file];
  if (!path) {
    return { value, source: name };
  }
  if (value !== undefined) {
    return {
      source: name,
      problem: `${name} and ${key.file} are both given; remove one of them`,
    };
  }
  const source = `The content of ${path} (${key.file})`;
  try {
    return { value: readFileSync(path, 'utf8').trim() || undefined, source };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return {
      source,
      problem: `${key.file} names ${path}, which cannot be read (${code})`,
    };
  }
}

/** The configuration as a Markdown table, for READMEs; a test keeps them current. */
export function describeConfig(spec: ConfigSpec): string {
  const rows = Object.entries(spec).map(([name, key]) => {
    const unit = key.unit ? ` (${key.unit})` : '';
    const otherwise = key.file ? `, or \`${key.file}\`` : '';
    const absent = (key.required ? 'required' : 'none') + otherwise;
    const fallback =
      key.defaultText === undefined ? absent : `\`${key.defaultText}\``;
    const secrecy = key.secret ? ', secret' : '';
    return `| \`${name}\` | ${key.kind}${unit}${secrecy} | ${fallback} | ${key.description} |`;
  });
  return [
    '| variable | value | default | what |',
    '| --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}
