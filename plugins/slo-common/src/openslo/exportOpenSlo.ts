import {
  Document,
  isMap,
  isSeq,
  Node,
  parseAllDocuments,
  stringify,
  YAMLMap,
} from 'yaml';
import { isDeepEqual } from './deepEqual';

type Path = Array<string | number>;
type PlainDocument = Record<string, unknown>;

/** Long lines are queries: they stay whole. */
const FORMAT = { lineWidth: 0 } as const;

/**
 * Writes OpenSLO documents as YAML, without loss: `parseOpenSlo(exportOpenSlo({ documents })).everything` are the same
 * documents.
 *
 * With `source`, the text they were read from, each document that is found there (by kind and name) is changed in
 * place: comments, order, quotes and anchors stay where the content stays. Documents that are not in `documents` are
 * left out, new ones are put at the end. A source that is not valid YAML is not used.
 */
export function exportOpenSlo(options: {
  documents: PlainDocument[];
  source?: string;
}): string {
  const originals = readSource(options.source);
  const texts = options.documents.map(document => {
    const original = takeOriginal(originals, document);
    if (!original) {
      return stringify(document, FORMAT);
    }
    apply(original, [], original.toJS(), document);
    return String(original.toString(FORMAT));
  });
  return texts
    .map((text, index) => {
      // Directives and markers of the original would end up inside the stream.
      const body = text.replace(/^---\n/, '').replace(/\n\.\.\.\n$/, '\n');
      return index === 0 ? body : `---\n${body}`;
    })
    .join('');
}

function readSource(source: string | undefined): Document[] {
  const documents = source === undefined ? [] : parseAllDocuments(source);
  return [...documents].filter(
    document => document.errors.length === 0 && isMap(document.contents),
  );
}

/** The first document of the source that has the same kind and name; each is taken once. */
function takeOriginal(
  originals: Document[],
  document: PlainDocument,
): Document | undefined {
  const key = (value: unknown) => {
    const { kind, metadata } = (value ?? {}) as {
      kind?: unknown;
      metadata?: { name?: unknown };
    };
    return JSON.stringify([kind, metadata?.name]);
  };
  const index = originals.findIndex(original => {
    try {
      return key(original.toJS()) === key(document);
    } catch {
      // Aliases that expand without bound: nothing to update in place.
      return false;
    }
  });
  return index < 0 ? undefined : originals.splice(index, 1)[0];
}

/** Changes only what differs, so that everything else keeps its node. */
function apply(document: Document, path: Path, from: unknown, to: unknown) {
  if (isDeepEqual(from, to)) {
    return;
  }
  const node = path.length ? document.getIn(path, true) : document.contents;
  if (
    isMap(node) &&
    isPlainMap(from) &&
    isPlainMap(to) &&
    !hasOtherKeys(node)
  ) {
    for (const key of Object.keys(from)) {
      if (!(key in to)) {
        document.deleteIn([...path, key]);
      }
    }
    for (const [key, value] of Object.entries(to)) {
      if (key in from) {
        apply(document, [...path, key], from[key], value);
      } else {
        document.setIn([...path, key], document.createNode(value));
      }
    }
    return;
  }
  if (isSeq(node) && Array.isArray(from) && Array.isArray(to)) {
    for (let index = from.length - 1; index >= to.length; index--) {
      document.deleteIn([...path, index]);
    }
    to.forEach((value, index) => {
      if (index < from.length) {
        apply(document, [...path, index], from[index], value);
      } else {
        document.addIn(path, document.createNode(value));
      }
    });
    return;
  }
  const replacement = document.createNode(to) as Node;
  if (path.length === 0) {
    document.contents = replacement as typeof document.contents;
  } else {
    document.setIn(path, replacement);
  }
}

function isPlainMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Keys that are no plain text cannot be addressed by a path of texts. */
function hasOtherKeys(map: YAMLMap): boolean {
  return map.items.some(({ key }) => {
    const value = (key as { value?: unknown } | undefined)?.value;
    return typeof value !== 'string';
  });
}
