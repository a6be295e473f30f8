import { Document, LineCounter, parseAllDocuments } from 'yaml';
import { MAX_FILE_CHARACTERS } from './constants';
import { DocumentReader } from './DocumentReader';
import {
  parseAlertCondition,
  parseAlertPolicy,
  parseAlertTarget,
} from './parseAlerts';
import { parseIndicator } from './parseIndicator';
import { parseMetadata, parseSlo, SloContext } from './parseSlo';
import { DefinitionProblem, ParsedFile } from './types';

const API_VERSION = 'openslo/v1';
const KINDS = [
  'Service',
  'SLO',
  'SLI',
  'DataSource',
  'AlertPolicy',
  'AlertCondition',
  'AlertNotificationTarget',
];

/**
 * Reads an OpenSLO v1 file of one or several documents. It does not throw: what is wrong is in `problems`, with file,
 * line and field, and the documents that are right are used.
 *
 * An SLO counts events from series in events per second (`counter: false`). A query is one plain series selector
 * without an environment; who evaluates it limits it to an environment, sums it over the window and multiplies by the
 * interval at which the series is recorded.
 *
 * @see https://github.com/OpenSLO/OpenSLO/blob/v1.0/README.md
 */
export function parseOpenSlo(
  text: string,
  options: { file: string },
): ParsedFile {
  const { file } = options;
  const result: ParsedFile = {
    slos: [],
    documents: [],
    everything: [],
    problems: [],
  };
  if (text.length > MAX_FILE_CHARACTERS) {
    result.problems.push({
      severity: 'error',
      file,
      line: 1,
      column: 1,
      field: '',
      message: `The file is larger than ${MAX_FILE_CHARACTERS / 1024} KiB`,
    });
    return result;
  }
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, {
    lineCounter: lines,
    prettyErrors: false,
  });
  const readers = [...documents].flatMap(document => {
    const read = readDocument({ document, lines, file });
    result.problems.push(...read.problems);
    if (read.whole) {
      const name = read.whole.get(['metadata', 'name']);
      const kind = read.whole.get(['kind']);
      result.everything.push({
        ...(typeof kind === 'string' && { kind }),
        ...(typeof name === 'string' && { name }),
        line: read.whole.line,
        document: read.whole.value,
      });
    }
    return read.reader ? [read.reader] : [];
  });
  const context = buildContext(readers);
  const seen = new Set<string>();
  for (const reader of readers) {
    const kind = reader.get(['kind']) as string;
    if (kind === 'SLO') {
      const slo = parseSlo(reader, context);
      if (slo && !isDuplicate(reader, seen, kind, slo.name)) {
        result.slos.push(slo);
      }
    } else {
      const name = parseMetadata(reader);
      if (name && !isDuplicate(reader, seen, kind, name)) {
        result.documents.push({
          kind,
          name,
          line: reader.line,
          document: reader.value,
        });
      }
    }
    result.problems.push(...reader.problems);
  }
  if (readers.length === 0 && result.problems.length === 0) {
    result.problems.push({
      severity: 'error',
      file,
      line: 1,
      column: 1,
      field: '',
      message: 'The file has no OpenSLO document',
    });
  }
  return result;
}

function isDuplicate(
  reader: DocumentReader,
  seen: Set<string>,
  kind: string,
  name: string,
): boolean {
  const key = `${kind}/${name}`;
  if (seen.has(key)) {
    reader.report(
      'error',
      ['metadata', 'name'],
      `${key} is defined twice in this file; the first one is used`,
    );
    return true;
  }
  seen.add(key);
  return false;
}

function readDocument(options: {
  document: Document;
  lines: LineCounter;
  file: string;
}): {
  /** Absent when the document is not used. */
  reader?: DocumentReader;
  /** Absent when it is not even a mapping. */
  whole?: DocumentReader;
  problems: DefinitionProblem[];
} {
  const { document, lines, file } = options;
  if (document.errors.length > 0) {
    return {
      problems: document.errors.map(error => {
        const { line, col } = lines.linePos(error.pos[0]);
        return {
          severity: 'error',
          file,
          line,
          column: col,
          field: '',
          message: `Not valid YAML: ${error.message}`,
        };
      }),
    };
  }
  if (document.contents === null) {
    return { problems: [] };
  }
  let value: unknown;
  try {
    value = document.toJS();
  } catch (error) {
    // Aliases that expand without bound end here.
    value = undefined;
  }
  const isMapping =
    typeof value === 'object' && value !== null && !Array.isArray(value);
  const reader = new DocumentReader({
    document,
    lines,
    file,
    value: isMapping ? (value as Record<string, unknown>) : {},
  });
  if (!isMapping) {
    reader.report('error', [], 'A document must be a mapping');
    return { problems: reader.problems };
  }
  const kind = reader.text(['kind'], { required: true });
  const name = reader.get(['metadata', 'name']);
  reader.label = `${kind ?? '?'}/${typeof name === 'string' ? name : '?'}`;
  const apiVersion = reader.text(['apiVersion'], { required: true });
  if (apiVersion && apiVersion !== API_VERSION) {
    reader.report(
      'error',
      ['apiVersion'],
      `apiVersion must be ${API_VERSION}, not "${apiVersion}"`,
    );
  }
  if (kind && !KINDS.includes(kind)) {
    reader.report(
      'error',
      ['kind'],
      `OpenSLO v1 has no kind "${kind}"; it has ${KINDS.join(', ')}`,
    );
  }
  reader.knownKeys([], ['apiVersion', 'kind', 'metadata', 'spec']);
  if (reader.problems.some(problem => problem.severity === 'error')) {
    return { whole: reader, problems: reader.problems };
  }
  return { reader, whole: reader, problems: [] };
}

/** Reads the documents that others refer to by name. What is wrong with one is noted at itself, once. */
function buildContext(readers: DocumentReader[]): SloContext {
  const named = <T>(kind: string, read: (reader: DocumentReader) => T) =>
    new Map(
      readers.flatMap((reader): Array<[string, T]> => {
        const name = reader.get(['metadata', 'name']);
        return reader.get(['kind']) === kind && typeof name === 'string'
          ? [[name, read(reader)]]
          : [];
      }),
    );
  const dataSources = named('DataSource', reader => {
    reader.knownKeys(['spec'], ['description', 'type', 'connectionDetails']);
    return reader.text(['spec', 'type'], { required: true }) ?? '';
  });
  named('Service', reader => reader.knownKeys(['spec'], ['description']));
  const indicators = named('SLI', reader => {
    const indicator = parseIndicator({ reader, path: [], dataSources });
    const computable = !reader.problems.some(
      ({ severity }) => severity === 'unsupported',
    );
    return { indicator, computable };
  });
  const alerts = {
    conditions: named('AlertCondition', reader => parseAlertCondition(reader)),
    targets: named('AlertNotificationTarget', reader =>
      parseAlertTarget(reader),
    ),
  };
  const alertPolicies = named('AlertPolicy', reader =>
    parseAlertPolicy(reader, alerts),
  );
  return { dataSources, indicators, ...alerts, alertPolicies };
}
