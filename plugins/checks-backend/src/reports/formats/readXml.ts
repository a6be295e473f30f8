import { InputError } from '@backstage/errors';
import { SaxesParser } from 'saxes';

/** Elements deeper than this are refused. */
const MAX_DEPTH = 100;

/** An element as it opens. */
export interface XmlElement {
  name: string;
  attributes: Record<string, string>;
  /** 1-based. */
  line: number;
}

/** What is told while a document is read. */
export interface XmlReader {
  /** @param parents - names from the root down, without the element itself */
  open(element: XmlElement, parents: readonly string[]): void;
}

/**
 * Reads an XML document from its begin to its end. Nothing outside it is ever fetched, and a document that declares entities of
 * its own is refused, so that none can grow while it is read.
 *
 * @param what - what it is, as problems name it
 * @throws InputError with the line
 */
export function readXml(what: string, text: string, reader: XmlReader): void {
  const parser = new SaxesParser({ position: true });
  const parents: string[] = [];
  const wrong = (message: string) =>
    new InputError(`${what}, line ${parser.line}: ${message}`);
  let roots = 0;
  parser.on('error', error => {
    // The message begins with a place of its own.
    throw wrong(error.message.replace(/^\d+:\d+: /, ''));
  });
  parser.on('doctype', doctype => {
    if (doctype.includes('[')) {
      throw wrong('declarations inside DOCTYPE are not taken');
    }
  });
  parser.on('opentag', ({ name, attributes }) => {
    if (parents.length >= MAX_DEPTH) {
      throw wrong(`elements are nested deeper than ${MAX_DEPTH}`);
    }
    roots += parents.length === 0 ? 1 : 0;
    reader.open(
      {
        name,
        attributes: attributes as Record<string, string>,
        line: parser.line,
      },
      parents,
    );
    parents.push(name);
  });
  parser.on('closetag', () => {
    parents.pop();
  });
  parser.write(text.replace(/^\uFEFF/, '')).close();
  if (roots === 0) {
    throw wrong('there is no element');
  }
}

/**
 * A number of an attribute.
 *
 * @throws InputError when there is something else
 */
export function numberOf(
  what: string,
  { name, attributes, line }: XmlElement,
  attribute: string,
): number | undefined {
  const text = attributes[attribute];
  if (text === undefined || text === '') {
    return undefined;
  }
  // Some tools group thousands.
  const value = Number(text.replace(/,(?=\d{3}(\D|$))/g, ''));
  if (!Number.isFinite(value) || value < 0) {
    throw new InputError(
      `${what}, line ${line}: ${attribute} of <${name}> is "${text.slice(0, 40)}", not a number`,
    );
  }
  return value;
}
