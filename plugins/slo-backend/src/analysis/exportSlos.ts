import {
  exportOpenSlo,
  FileDocument,
  parseOpenSlo,
} from '@shopfloor/plugin-slo-common';

type PlainDocument = Record<string, unknown>;

/** Which kind of document a field refers to by name. */
const REFERENCES: Record<string, string> = {
  service: 'Service',
  indicatorRef: 'SLI',
  metricSourceRef: 'DataSource',
  alertPolicyRef: 'AlertPolicy',
  conditionRef: 'AlertCondition',
  targetRef: 'AlertNotificationTarget',
};

/** What {@link exportSlos} needs. */
export interface ExportSlosOptions {
  entityRef: string;
  /** The file as its entity names it. */
  file: string;
  /** Its text as last read. */
  content: string;
  /** Only this SLO, with the documents it refers to. Absent: the whole file. */
  slo?: { name: string; document: PlainDocument };
}

/**
 * OpenSLO YAML of a file, or of one SLO of it. Comments, order and quotes stay as they are written. At the top stands, as
 * comments, what of it is not evaluated and why.
 */
export function exportSlos(options: ExportSlosOptions): string {
  const { file, content, slo } = options;
  const { everything, problems } = parseOpenSlo(content, { file });
  const documents = slo ? withReferences(everything, slo) : everything;
  const names = new Set(
    documents.map(({ kind, name }) => `${kind ?? ''}/${name ?? ''}`),
  );
  const findings = problems.filter(
    problem => !slo || !problem.document || names.has(problem.document),
  );
  const header = [
    `OpenSLO of ${options.entityRef}, from ${file}`,
    ...findings.map(
      ({ severity, line, field, message }) =>
        `${
          severity === 'unsupported' ? 'Not evaluated' : severity
        }: line ${line}${field && `, ${field}`}: ${message}`,
    ),
  ];
  // A text that is no YAML at all is handed out as it is: there is nothing to write anew.
  const text =
    documents.length > 0
      ? exportOpenSlo({
          documents: documents.map(({ document }) => document),
          source: content,
        })
      : content;
  return `${header
    .map(line => `# ${line.replace(/[\r\n\u0085\u2028\u2029]+/g, ' ')}`)
    .join('\n')}\n${text}`;
}

/** An SLO and every document that it refers to, also through others, in the order of the file. */
function withReferences(
  everything: FileDocument[],
  slo: { name: string; document: PlainDocument },
): Array<Pick<FileDocument, 'kind' | 'name' | 'document'>> {
  const find = (kind: string, name: string) =>
    everything.find(each => each.kind === kind && each.name === name);
  // The file may have lost it, or be wrong, while an older definition is in use.
  const root = find('SLO', slo.name);
  const taken = new Set<FileDocument>();
  const take = (document: PlainDocument) => {
    for (const [kind, name] of references(document)) {
      const found = find(kind, name);
      if (found && !taken.has(found)) {
        taken.add(found);
        take(found.document);
      }
    }
  };
  take(root?.document ?? slo.document);
  const found = everything.filter(each => each === root || taken.has(each));
  return root
    ? found
    : [...found, { kind: 'SLO', name: slo.name, document: slo.document }];
}

function references(value: unknown): Array<[string, string]> {
  if (Array.isArray(value)) {
    return value.flatMap(references);
  }
  if (typeof value !== 'object' || value === null) {
    return [];
  }
  return Object.entries(value).flatMap(([key, inner]): [string, string][] => {
    if (typeof inner === 'string' && Object.hasOwn(REFERENCES, key)) {
      return [[REFERENCES[key], inner]];
    }
    if (key === 'alertPolicies' && Array.isArray(inner)) {
      // A policy may stand there by its bare name.
      return inner.flatMap((policy): [string, string][] =>
        typeof policy === 'string'
          ? [['AlertPolicy', policy]]
          : references(policy),
      );
    }
    return references(inner);
  });
}
