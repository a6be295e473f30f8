import { Document, isMap, isNode, isPair, LineCounter, Node } from 'yaml';
import { CheckProblem } from '@shopfloor/plugin-checks-common';

type Path = Array<string | number>;

/** A YAML document that knows on which line each of its fields stands. */
export class PositionedDocument {
  readonly #document: Document;
  readonly #lines: LineCounter;
  readonly #file: string;

  constructor(options: {
    document: Document;
    lines: LineCounter;
    file: string;
  }) {
    this.#document = options.document;
    this.#lines = options.lines;
    this.#file = options.file;
  }

  /** The document as plain data. */
  toJS(): unknown {
    return this.#document.toJS({ maxAliasCount: 100 });
  }

  /** 1-based line where its content begins. */
  get line(): number {
    return this.#position(this.#document.contents ?? undefined).line;
  }

  /** A problem at a field, or at the nearest parent that is there. */
  problem(path: Path, message: string): CheckProblem {
    return {
      file: this.#file,
      ...this.#locate(path),
      field: formatPath(path),
      message,
    };
  }

  #locate(path: Path): { line: number; column: number } {
    for (let length = path.length; length > 0; length--) {
      const parent = this.#node(path.slice(0, length - 1));
      const key = path[length - 1];
      if (isMap(parent)) {
        const pair = parent.items.find(
          item => isPair(item) && String(item.key) === String(key),
        );
        if (pair && isNode(pair.key)) {
          return this.#position(pair.key);
        }
      }
      const node = this.#node(path.slice(0, length));
      if (node) {
        return this.#position(node);
      }
    }
    return this.#position(this.#document.contents ?? undefined);
  }

  #node(path: Path): Node | undefined {
    const node = path.length
      ? this.#document.getIn(path, true)
      : this.#document.contents;
    return isNode(node) ? node : undefined;
  }

  #position(node: Node | undefined): { line: number; column: number } {
    const { line, col } = this.#lines.linePos(node?.range?.[0] ?? 0);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  }
}

function formatPath(path: Path): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') {
      return `${text}[${part}]`;
    }
    return text ? `${text}.${part}` : part;
  }, '');
}
