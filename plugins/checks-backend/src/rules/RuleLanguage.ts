import type { Environment } from '@marcbachmann/cel-js';
import { JsonValue } from '@backstage/types';
import { EvidenceType, fieldName } from '@shopfloor/plugin-checks-node';
import { convertValue } from './convertValue';
import { limitExpression } from './limitExpression';
import { ExpressionProblem, parseTemplate } from './parseTemplate';

type Cel = typeof import('@marcbachmann/cel-js');
type ObjectType = { object: Record<string, EvidenceType> };

/** An expression that fits the types of what it reads. */
export interface CompiledExpression<T> {
  /** @throws Error when it cannot be worked out, for example because a field is absent */
  evaluate(values: Record<string, unknown>): T;
}

/** The outcome of compiling. */
export type Compiled<T> =
  | { expression: CompiledExpression<T>; problem?: undefined }
  | { expression?: undefined; problem: ExpressionProblem };

/** What all scopes share: a class for each object type, and evidence that was made ready. */
class EvidenceValues {
  readonly #classes = new WeakMap<ObjectType, new () => object>();
  readonly #ready = new WeakMap<object, WeakMap<object, unknown>>();

  classOf(type: ObjectType): new () => object {
    let ctor = this.#classes.get(type);
    if (!ctor) {
      ctor = class {};
      this.#classes.set(type, ctor);
    }
    return ctor;
  }

  /** Many checks read the same evidence, so it is made ready once. Rules cannot change it. */
  convert(value: JsonValue, type: EvidenceType, name: string): unknown {
    if (typeof type !== 'object' || typeof value !== 'object' || !value) {
      return this.#convert(value, type, name);
    }
    const ofType = this.#ready.get(type) ?? new WeakMap<object, unknown>();
    this.#ready.set(type, ofType);
    let ready = ofType.get(value);
    if (ready === undefined) {
      ready = this.#convert(value, type, name);
      ofType.set(value, ready);
    }
    return ready;
  }

  #convert(value: JsonValue, type: EvidenceType, path: string): unknown {
    return convertValue({
      value,
      type,
      path,
      instance: (object, fields) =>
        Object.assign(new (this.classOf(object))(), fields),
    });
  }
}

/** Expressions over one set of variables. */
export class RuleScope {
  readonly #environment: Environment;
  readonly #variables: Record<string, EvidenceType>;
  readonly #values: EvidenceValues;
  #types = 0;

  constructor(options: {
    cel: Cel;
    variables: Record<string, EvidenceType>;
    values: EvidenceValues;
  }) {
    const { cel, variables } = options;
    this.#variables = variables;
    this.#values = options.values;
    this.#environment = new cel.Environment({
      unlistedVariablesAreDyn: false,
      limits: { maxAstNodes: 400, maxDepth: 40 },
    });
    for (const [name, type] of Object.entries(variables)) {
      this.#environment.registerVariable(name, this.#declare(type, name));
    }
  }

  /** Compiles an expression that must give true or false. */
  condition(expression: string): Compiled<boolean> {
    return this.#compile<boolean>(expression, 'bool');
  }

  /** Compiles a text in which `{{ expression }}` stands for the value of an expression of type string. */
  template(text: string): Compiled<string> {
    const parsed = parseTemplate(text);
    if ('problem' in parsed) {
      return parsed;
    }
    const parts: Array<string | CompiledExpression<string>> = [];
    for (const part of parsed.parts) {
      if (typeof part === 'string') {
        parts.push(part);
        continue;
      }
      const compiled = this.#compile<string>(part.expression, 'string');
      if (compiled.problem) {
        return compiled;
      }
      parts.push(compiled.expression);
    }
    return {
      expression: {
        evaluate: values =>
          parts
            .map(part =>
              typeof part === 'string' ? part : part.evaluate(values),
            )
            .join(''),
      },
    };
  }

  /**
   * Makes evidence what expressions work on.
   *
   * @throws EvidenceTypeError when a value is not what its type says
   */
  values(evidence: Record<string, JsonValue>): Record<string, unknown> {
    return Object.fromEntries(
      Object.entries(this.#variables).map(([name, type]) => [
        name,
        this.#values.convert(evidence[name], type, name),
      ]),
    );
  }

  #compile<T>(text: string, wanted: 'bool' | 'string'): Compiled<T> {
    try {
      const parsed = this.#environment.parse(text);
      const limit = limitExpression(parsed.ast);
      if (limit) {
        return { problem: { message: limit } };
      }
      const { valid, type, error } = parsed.check();
      if (!valid) {
        return { problem: describe(error) };
      }
      if (type !== wanted) {
        return {
          problem: { message: `gives ${type}, and ${wanted} is needed` },
        };
      }
      return { expression: { evaluate: values => parsed(values) as T } };
    } catch (error) {
      return { problem: describe(error) };
    }
  }

  /** The CEL name of a type; object types get a class of their own. */
  #declare(type: EvidenceType, path: string): string {
    if (typeof type === 'string') {
      return type;
    }
    if ('list' in type) {
      return `list<${this.#declare(type.list, path)}>`;
    }
    if ('map' in type) {
      return `map<string, ${this.#declare(type.map, path)}>`;
    }
    this.#types += 1;
    const name = `T${this.#types}_${path.replace(/\W/g, '_')}`;
    const ctor = this.#values.classOf(type);
    const fields = Object.fromEntries(
      Object.entries(type.object).map(([field, fieldType]) => {
        const { name: plain } = fieldName(field);
        return [plain, this.#declare(fieldType, `${path}_${plain}`)];
      }),
    );
    this.#environment.registerType(name, { ctor, fields });
    return name;
  }
}

/**
 * The language of rules: CEL over named, typed evidence. Nothing but the evidence can be reached from it, it has no way to
 * loop for ever, and what does not fit the types is found when it is compiled.
 */
export class RuleLanguage {
  readonly #cel: Cel;
  readonly #values = new EvidenceValues();

  /** Loads the language; its package is an ES module, so it cannot be required at once. */
  static async create(): Promise<RuleLanguage> {
    return new RuleLanguage(await import('@marcbachmann/cel-js'));
  }

  private constructor(cel: Cel) {
    this.#cel = cel;
  }

  /** The language with these variables. */
  scope(variables: Record<string, EvidenceType>): RuleScope {
    return new RuleScope({
      cel: this.#cel,
      variables,
      values: this.#values,
    });
  }
}

function describe(error: unknown): ExpressionProblem {
  const { summary, message, range } = error as {
    summary?: string;
    message: string;
    range?: { start: number };
  };
  return {
    message: summary ?? message.split('\n')[0],
    ...(range && { offset: range.start }),
  };
}
