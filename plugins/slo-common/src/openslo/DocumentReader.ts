import { Document, LineCounter } from 'yaml';
import {
  FieldPath,
  formatPath,
  PositionedDocument,
} from '@shopfloor/yaml-positions';
import { DefinitionProblem, ProblemSeverity } from './types';

/** Where a field is inside its document. */
export type Path = FieldPath;

/**
 * Reads fields of one YAML document and notes what is wrong with them at their line and column. Reading never throws:
 * a field that is missing or of another type gives `undefined` and a problem.
 */
export class DocumentReader {
  readonly #document: PositionedDocument;
  readonly #value: Record<string, unknown>;
  readonly problems: DefinitionProblem[] = [];
  label?: string;

  constructor(options: {
    document: Document;
    lines: LineCounter;
    file: string;
    value: Record<string, unknown>;
  }) {
    this.#document = new PositionedDocument(options);
    this.#value = options.value;
  }

  /** The document as plain data. */
  get value(): Record<string, unknown> {
    return this.#value;
  }

  /** 1-based line where the document's content begins. */
  get line(): number {
    return this.#document.line;
  }

  /** How many errors were noted so far. */
  get errorCount(): number {
    return this.problems.filter(({ severity }) => severity === 'error').length;
  }

  /** Notes a problem at a field, or at the nearest parent that is there. */
  report(severity: ProblemSeverity, path: Path, message: string) {
    const problem: DefinitionProblem = {
      severity,
      ...this.#document.problem(path, message),
    };
    if (this.label) {
      problem.document = this.label;
    }
    this.problems.push(problem);
    return problem;
  }

  /** The value at a path, whatever it is. */
  get(path: Path): unknown {
    return path.reduce<unknown>(
      (value, part) =>
        typeof value === 'object' && value !== null
          ? (value as Record<string | number, unknown>)[part]
          : undefined,
      this.#value,
    );
  }

  /** A text field. An empty text counts as missing. */
  text(path: Path, options: { required?: boolean } = {}): string | undefined {
    const value = this.get(path);
    if (value === undefined || value === null || value === '') {
      if (options.required) {
        this.report('error', path, `${formatPath(path)} is missing`);
      }
      return undefined;
    }
    if (typeof value !== 'string') {
      this.report('error', path, `${formatPath(path)} must be a text`);
      return undefined;
    }
    return value;
  }

  /** A finite number; a text that looks like one is refused. */
  number(path: Path, options: { required?: boolean } = {}): number | undefined {
    const value = this.get(path);
    if (value === undefined || value === null) {
      if (options.required) {
        this.report('error', path, `${formatPath(path)} is missing`);
      }
      return undefined;
    }
    if (typeof value !== 'number' || !Number.isFinite(value)) {
      this.report('error', path, `${formatPath(path)} must be a number`);
      return undefined;
    }
    return value;
  }

  /** `true` or `false`. */
  boolean(path: Path): boolean | undefined {
    const value = this.get(path);
    if (value === undefined || value === null) {
      return undefined;
    }
    if (typeof value !== 'boolean') {
      this.report('error', path, `${formatPath(path)} must be true or false`);
      return undefined;
    }
    return value;
  }

  /** A text out of a list. */
  oneOf<T extends string>(
    path: Path,
    values: readonly T[],
    options: { required?: boolean } = {},
  ): T | undefined {
    const value = this.text(path, options);
    if (value === undefined || values.includes(value as T)) {
      return value as T | undefined;
    }
    this.report(
      'error',
      path,
      `${String(path.at(-1))} is one of ${values.join(', ')}`,
    );
    return undefined;
  }

  /** A mapping. */
  map(
    path: Path,
    options: { required?: boolean } = {},
  ): Record<string, unknown> | undefined {
    const value = this.get(path);
    if (value === undefined || value === null) {
      if (options.required) {
        this.report('error', path, `${formatPath(path)} is missing`);
      }
      return undefined;
    }
    if (typeof value !== 'object' || Array.isArray(value)) {
      this.report('error', path, `${formatPath(path)} must be a mapping`);
      return undefined;
    }
    return value as Record<string, unknown>;
  }

  /** A list; a missing one is empty. */
  list(path: Path, options: { required?: boolean } = {}): unknown[] {
    const value = this.get(path);
    if (value === undefined || value === null) {
      if (options.required) {
        this.report('error', path, `${formatPath(path)} is missing`);
      }
      return [];
    }
    if (!Array.isArray(value)) {
      this.report('error', path, `${formatPath(path)} must be a list`);
      return [];
    }
    if (options.required && value.length === 0) {
      this.report('error', path, `${formatPath(path)} must not be empty`);
    }
    return value;
  }

  /** Warns of every key of a mapping that OpenSLO v1 does not know there. The key is kept. */
  knownKeys(path: Path, known: string[]) {
    const value = this.get(path);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      return;
    }
    for (const key of Object.keys(value)) {
      if (!known.includes(key)) {
        this.report(
          'warning',
          [...path, key],
          `OpenSLO v1 has no field ${formatPath([
            ...path,
            key,
          ])}; it is kept and ignored`,
        );
      }
    }
  }
}
