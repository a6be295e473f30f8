import {
  Document,
  isMap,
  isNode,
  isPair,
  LineCounter,
  Node,
  parseAllDocuments,
} from 'yaml';
import { ScorecardProblem } from './types';

/** A path inside a document. */
export type FieldPath = Array<string | number>;

/** `['spec', 'levels', 0, 'threshold']` as `spec.levels[0].threshold`. */
export function formatPath(path: FieldPath): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') {
      return `${text}[${part}]`;
    }
    return text ? `${text}.${part}` : part;
  }, '');
}

/** One YAML document with the places of its fields. */
export interface YamlDocument {
  /** The document as plain data; `undefined` when it is not valid YAML. */
  value: unknown;
  /** 1-based line where its content begins. */
  line: number;
  /** What is wrong with the YAML itself. */
  problems: ScorecardProblem[];
  /** A problem at a field, or at the nearest parent that is there. */
  problemAt(path: FieldPath, message: string): ScorecardProblem;
}

/** Reads the documents of a file; empty ones are left out. It does not throw. */
export function readYamlDocuments(text: string, file: string): YamlDocument[] {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, {
    lineCounter: lines,
    prettyErrors: false,
  });
  const position = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  return [...documents].flatMap(document => {
    if (document.contents === null && document.errors.length === 0) {
      return [];
    }
    const start = position(document.contents?.range?.[0] ?? 0);
    const problemAt = (path: FieldPath, message: string): ScorecardProblem => ({
      file,
      ...position(locate(document, path)?.range?.[0] ?? 0),
      field: formatPath(path),
      message,
    });
    const problems = document.errors.map((error): ScorecardProblem => ({
      file,
      ...position(error.pos[0]),
      field: '',
      message: `Not valid YAML: ${error.message}`,
    }));
    let value: unknown;
    if (problems.length === 0) {
      try {
        value = document.toJS();
      } catch (error) {
        // Aliases that expand without bound end here.
        problems.push(problemAt([], `Not valid YAML: ${String(error)}`));
      }
    }
    return [{ value, line: start.line, problems, problemAt }];
  });
}

function locate(document: Document, path: FieldPath): Node | undefined {
  const nodeAt = (at: FieldPath): Node | undefined => {
    const node = at.length ? document.getIn(at, true) : document.contents;
    return isNode(node) ? node : undefined;
  };
  for (let length = path.length; length > 0; length--) {
    const parent = nodeAt(path.slice(0, length - 1));
    const key = path[length - 1];
    if (isMap(parent)) {
      const pair = parent.items.find(
        item => isPair(item) && String(item.key) === String(key),
      );
      if (pair && isNode(pair.key)) {
        return pair.key;
      }
    }
    const node = nodeAt(path.slice(0, length));
    if (node) {
      return node;
    }
  }
  return nodeAt([]);
}
