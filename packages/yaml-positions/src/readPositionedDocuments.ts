import { Document, isScalar, LineCounter, parseAllDocuments } from 'yaml';
import { PositionedDocument } from './PositionedDocument';

/** Reads the documents of a file; empty ones are left out. It does not throw: see `syntaxProblems` of each. */
export function readPositionedDocuments(
  text: string,
  file: string,
): PositionedDocument[] {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, {
    lineCounter: lines,
    prettyErrors: false,
  });
  return [...documents]
    .filter(document => document.errors.length > 0 || !isEmpty(document))
    .map(document => new PositionedDocument({ document, lines, file }));
}

function isEmpty({ contents }: Document): boolean {
  return contents === null || (isScalar(contents) && contents.value === null);
}
