import { Document, isMap, isNode, isPair, LineCounter, Node } from 'yaml';
import { FieldPath, formatPath } from './fieldPath';

/** A place in a file, both 1-based. */
export interface FilePosition {
  line: number;
  column: number;
}

/** What is wrong, and where. */
export interface FieldProblem extends FilePosition {
  file: string;
  /** As {@link formatPath} gives it; empty when it is about the whole document. */
  field: string;
  message: string;
}

/** What {@link PositionedDocument} is made of. */
export interface PositionedDocumentOptions {
  document: Document;
  /** The counter that the document was parsed with. */
  lines: LineCounter;
  /** As problems name it. */
  file: string;
}

/** A YAML document that knows on which line each of its fields stands. */
export class PositionedDocument {
  readonly #document: Document;
  readonly #lines: LineCounter;
  readonly #file: string;

  constructor(options: PositionedDocumentOptions) {
    this.#document = options.document;
    this.#lines = options.lines;
    this.#file = options.file;
  }

  /** What is wrong with the YAML itself. */
  get syntaxProblems(): FieldProblem[] {
    return this.#document.errors.map(({ message, pos }) => ({
      file: this.#file,
      ...this.#position(pos[0]),
      field: '',
      message: `Not valid YAML: ${message.split('\n')[0]}`,
    }));
  }

  /**
   * The document as plain data.
   *
   * @throws ReferenceError when aliases expand without bound, or name nothing
   */
  toJS(): unknown {
    return this.#document.toJS({ maxAliasCount: 100 });
  }

  /** 1-based line where its content begins. */
  get line(): number {
    return this.locate([]).line;
  }

  /** Where a field's name stands, or the nearest parent that is there. */
  locate(path: FieldPath): FilePosition {
    for (let length = path.length; length > 0; length--) {
      const parent = this.#node(path.slice(0, length - 1));
      const key = path[length - 1];
      if (isMap(parent)) {
        const pair = parent.items.find(
          item => isPair(item) && String(item.key) === String(key),
        );
        if (pair && isNode(pair.key)) {
          return this.#position(pair.key.range?.[0]);
        }
      }
      const node = this.#node(path.slice(0, length));
      if (node) {
        return this.#position(node.range?.[0]);
      }
    }
    return this.#position(this.#document.contents?.range?.[0]);
  }

  /** A problem at a field, or at the nearest parent that is there. */
  problem(path: FieldPath, message: string): FieldProblem {
    return {
      file: this.#file,
      ...this.locate(path),
      field: formatPath(path),
      message,
    };
  }

  #node(path: FieldPath): Node | undefined {
    const node = path.length
      ? this.#document.getIn(path, true)
      : this.#document.contents;
    return isNode(node) ? node : undefined;
  }

  #position(offset = 0): FilePosition {
    const { line, col } = this.#lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  }
}
