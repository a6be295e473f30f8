import { ENVIRONMENTS_ANNOTATION } from './constants';
import { DocumentReader } from './DocumentReader';
import { DataSourceTypes, parseIndicator } from './parseIndicator';
import { parseTimeWindow } from './parseTimeWindow';
import {
  KeptAlertPolicy,
  ObjectiveDefinition,
  RatioIndicator,
  SloDefinition,
} from './types';

const BUDGETING_METHODS = ['Occurrences', 'Timeslices', 'RatioTimeslices'];
const NAME = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** What other documents of the file offer to an SLO. */
export interface SloContext {
  dataSources: DataSourceTypes;
  indicators: ReadonlyMap<string, { indicator?: RatioIndicator }>;
  alertPolicies: ReadonlyMap<string, KeptAlertPolicy>;
}

/** Splits `production, staging` into names. */
export function parseEnvironmentList(text: string | undefined): string[] {
  return [
    ...new Set(
      (text ?? '')
        .split(',')
        .map(name => name.trim())
        .filter(Boolean),
    ),
  ];
}

/** Reads the `metadata` every OpenSLO document has. */
export function parseMetadata(reader: DocumentReader): string | undefined {
  reader.map(['metadata'], { required: true });
  reader.knownKeys(
    ['metadata'],
    ['name', 'displayName', 'labels', 'annotations'],
  );
  const name = reader.text(['metadata', 'name'], { required: true });
  if (name && !NAME.test(name)) {
    reader.report(
      'error',
      ['metadata', 'name'],
      `"${name}" is not a name: use lower-case letters, digits and "-", at most 63 characters`,
    );
    return undefined;
  }
  return name;
}

/** Reads one SLO document; `undefined` when it has errors. */
export function parseSlo(
  reader: DocumentReader,
  context: SloContext,
): SloDefinition | undefined {
  const name = parseMetadata(reader);
  const spec = reader.map(['spec'], { required: true });
  if (!spec) {
    return undefined;
  }
  reader.knownKeys(
    ['spec'],
    [
      'description',
      'service',
      'indicator',
      'indicatorRef',
      'timeWindow',
      'budgetingMethod',
      'objectives',
      'alertPolicies',
    ],
  );
  const service = reader.text(['spec', 'service'], { required: true });
  const timeWindow = parseTimeWindow(reader);
  const budgetingMethod = parseBudgetingMethod(reader);
  const objectives = parseObjectives(reader);
  const indicator = parseSloIndicator(reader, context);
  const notEvaluated = reader.problems.filter(
    problem => problem.severity === 'unsupported',
  );
  const alertPolicies = parseAlertPolicies(reader, context);
  if (
    reader.problems.some(problem => problem.severity === 'error') ||
    !name ||
    !service ||
    !timeWindow ||
    !budgetingMethod
  ) {
    return undefined;
  }
  const environments = parseEnvironmentList(
    reader.text(['metadata', 'annotations', ENVIRONMENTS_ANNOTATION]),
  );
  return {
    name,
    displayName: reader.text(['metadata', 'displayName']),
    description: reader.text(['spec', 'description']),
    service,
    line: reader.line,
    ...(environments.length > 0 && { environments }),
    timeWindow,
    budgetingMethod,
    objectives,
    indicator,
    alertPolicies,
    unsupported: reader.problems.filter(
      problem => problem.severity === 'unsupported',
    ),
    evaluable: notEvaluated.length === 0 && indicator !== undefined,
    document: reader.value,
  };
}

function parseBudgetingMethod(
  reader: DocumentReader,
): SloDefinition['budgetingMethod'] | undefined {
  const path = ['spec', 'budgetingMethod'];
  const method = reader.text(path) ?? 'Occurrences';
  if (!BUDGETING_METHODS.includes(method)) {
    reader.report(
      'error',
      path,
      `budgetingMethod is one of ${BUDGETING_METHODS.join(', ')}`,
    );
    return undefined;
  }
  if (method !== 'Occurrences') {
    reader.report(
      'unsupported',
      path,
      `budgetingMethod ${method} is not supported yet; Occurrences is`,
    );
  }
  return method as SloDefinition['budgetingMethod'];
}

function parseObjectives(reader: DocumentReader): ObjectiveDefinition[] {
  const path = ['spec', 'objectives'];
  const objectives: ObjectiveDefinition[] = [];
  reader.list(path, { required: true }).forEach((_, index) => {
    const at = [...path, index];
    if (!reader.map(at, { required: true })) {
      return;
    }
    reader.knownKeys(at, [
      'displayName',
      'op',
      'value',
      'target',
      'targetPercent',
      'timeSliceTarget',
      'timeSliceWindow',
      'indicator',
      'indicatorRef',
      'compositeWeight',
    ]);
    for (const field of ['indicator', 'indicatorRef', 'compositeWeight']) {
      if (reader.get([...at, field]) !== undefined) {
        reader.report(
          'unsupported',
          [...at, field],
          'Composite objectives are not supported yet; write one SLO per indicator',
        );
      }
    }
    const target = parseTarget(reader, at);
    if (target !== undefined) {
      const displayName = reader.text([...at, 'displayName']);
      objectives.push({ ...(displayName && { displayName }), target });
    }
  });
  return objectives;
}

function parseTarget(
  reader: DocumentReader,
  path: Array<string | number>,
): number | undefined {
  const fields = ['target', 'targetPercent'].filter(
    field => reader.get([...path, field]) !== undefined,
  );
  if (fields.length !== 1) {
    reader.report(
      'error',
      fields.length ? [...path, 'targetPercent'] : path,
      'An objective has either target (0.999) or targetPercent (99.9)',
    );
    return undefined;
  }
  const [field] = fields;
  const value = reader.get([...path, field]);
  const limit = field === 'target' ? 1 : 100;
  if (typeof value !== 'number' || !(value > 0 && value < limit)) {
    reader.report(
      'error',
      [...path, field],
      `${field} must be a number above 0 and below ${limit}: at ${limit} there is no error budget, at 0 no promise`,
    );
    return undefined;
  }
  // 99.9 / 100 is 0.9990000000000001 in floating point.
  return field === 'target' ? value : Number((value / 100).toPrecision(12));
}

function parseSloIndicator(
  reader: DocumentReader,
  context: SloContext,
): RatioIndicator | undefined {
  const reference = reader.text(['spec', 'indicatorRef']);
  const inline = reader.get(['spec', 'indicator']) !== undefined;
  if (Boolean(reference) === inline) {
    reader.report(
      'error',
      inline ? ['spec', 'indicatorRef'] : ['spec'],
      'An SLO has either spec.indicator or spec.indicatorRef',
    );
    return undefined;
  }
  if (inline) {
    return parseIndicator({
      reader,
      path: ['spec', 'indicator'],
      dataSources: context.dataSources,
    });
  }
  const found = context.indicators.get(reference!);
  if (!found) {
    reader.report(
      'error',
      ['spec', 'indicatorRef'],
      `There is no SLI "${reference}" in this file`,
    );
  } else if (!found.indicator) {
    reader.report(
      'unsupported',
      ['spec', 'indicatorRef'],
      `SLI "${reference}" cannot be evaluated; see what is said about it`,
    );
  }
  return found?.indicator;
}

function parseAlertPolicies(
  reader: DocumentReader,
  context: SloContext,
): KeptAlertPolicy[] {
  const path = ['spec', 'alertPolicies'];
  return reader.list(path).map((entry, index) => {
    const at = [...path, index];
    reader.report(
      'unsupported',
      at,
      'Alert policies are kept and not evaluated yet',
    );
    const reference =
      typeof entry === 'string'
        ? entry
        : (reader.text([...at, 'alertPolicyRef']) ??
          reader.text([...at, 'metadata', 'name']) ??
          `${index + 1}`);
    return context.alertPolicies.get(reference) ?? { name: reference };
  });
}
