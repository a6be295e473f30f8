import { AlertPolicyDefinition } from './alertTypes';
import { JOURNEY_ANNOTATION } from './constants';
import { DocumentReader, Path } from './DocumentReader';
import { checkObjectives } from './checkObjectives';
import { IndicatorDefinition, ratioSeries } from './indicatorTypes';
import { AlertContext, parseAlertPolicy } from './parseAlerts';
import { parseAnnotations } from './parseAnnotations';
import { DataSourceTypes, parseIndicator } from './parseIndicator';
import { parseObjectives } from './parseObjectives';
import { parseTimeWindow } from './parseTimeWindow';
import { reportReach } from './reach';
import { BudgetingMethod, SloDefinition } from './types';

const BUDGETING_METHODS = [
  'Occurrences',
  'Timeslices',
  'RatioTimeslices',
] as const;

/** Names of SLOs become parts of addresses and metric labels. */
const SLO_NAME = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
/** What OpenSLO encourages for all others. */
const NAME = /^[A-Za-z0-9]([\w.|/\\-]{0,253}[A-Za-z0-9])?$/;

/** What other documents of the file offer to an SLO. */
export interface SloContext extends AlertContext {
  dataSources: DataSourceTypes;
  /** SLI documents; with `undefined` those that have errors, with `computable: false` those of an unsupported kind. */
  indicators: ReadonlyMap<
    string,
    { indicator?: IndicatorDefinition; computable: boolean }
  >;
  alertPolicies: ReadonlyMap<string, AlertPolicyDefinition | undefined>;
}

/** Reads the `metadata` every OpenSLO document has. */
export function parseMetadata(
  reader: DocumentReader,
  options: { slo?: boolean } = {},
): string | undefined {
  reader.map(['metadata'], { required: true });
  reader.knownKeys(
    ['metadata'],
    ['name', 'displayName', 'labels', 'annotations'],
  );
  const name = reader.text(['metadata', 'name'], { required: true });
  if (name && !(options.slo ? SLO_NAME : NAME).test(name)) {
    reader.report(
      'error',
      ['metadata', 'name'],
      options.slo
        ? `"${name}" is not a name: use lower-case letters, digits and "-", at most 63 characters`
        : `"${name}" is not a name: use letters, digits and - _ . | / \\, at most 255 characters`,
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
  const name = parseMetadata(reader, { slo: true });
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
  const annotations = parseAnnotations(reader);
  const indicatorAt = (path: Path) => readIndicator(reader, context, path);
  const objectives = parseObjectives({ reader, budgetingMethod, indicatorAt });
  const composite = objectives.some(({ objective }) => objective?.indicator);
  const indicatorDefinition = readSloIndicator({
    reader,
    indicatorAt,
    composite,
    journey: annotations.journey !== undefined,
  });
  const read = objectives.flatMap(({ objective }) => objective ?? []);
  checkObjectives({
    reader,
    objectives,
    composite,
    indicatorDefinition,
    journey: annotations.journey,
    budgetingMethod,
    timeWindow,
  });
  if (timeWindow && budgetingMethod && reader.errorCount === 0) {
    reportReach(reader, {
      budgetingMethod,
      indicatorDefinition,
      objectives: read,
    });
  }
  const notEvaluated = reader.problems.some(
    problem => problem.severity === 'unsupported',
  );
  const alertPolicies = readAlertPolicies(reader, context);
  if (
    reader.errorCount > 0 ||
    !name ||
    !service ||
    !timeWindow ||
    !budgetingMethod
  ) {
    return undefined;
  }
  const indicator = ratioSeries(indicatorDefinition);
  const { environments, minimumEvents, journey, runbook } = annotations;
  return {
    name,
    displayName: reader.text(['metadata', 'displayName']),
    description: reader.text(['spec', 'description']),
    service,
    line: reader.line,
    ...(environments.length > 0 && { environments }),
    timeWindow,
    furtherWindows: annotations.furtherWindows,
    budgetingMethod,
    objectives: read,
    composite,
    ...(indicatorDefinition && { indicatorDefinition }),
    indicator,
    ...(journey && { journey }),
    alertPolicies,
    ...(minimumEvents !== undefined && { minimumEvents }),
    maintenance: annotations.maintenance,
    ...(runbook && { runbook }),
    unsupported: reader.problems.filter(
      problem => problem.severity === 'unsupported',
    ),
    evaluable: !notEvaluated,
    document: reader.value,
  };
}

function parseBudgetingMethod(
  reader: DocumentReader,
): BudgetingMethod | undefined {
  const path = ['spec', 'budgetingMethod'];
  return reader.get(path) === undefined
    ? 'Occurrences'
    : reader.oneOf(path, BUDGETING_METHODS, { required: true });
}

/** The indicator of the SLO itself, which a composite SLO and a journey must not have. */
function readSloIndicator(options: {
  reader: DocumentReader;
  indicatorAt: (path: Path) => IndicatorDefinition | undefined;
  composite: boolean;
  journey: boolean;
}): IndicatorDefinition | undefined {
  const { reader, indicatorAt, composite, journey } = options;
  const given = ['indicator', 'indicatorRef'].find(
    field => reader.get(['spec', field]) !== undefined,
  );
  if (journey || composite) {
    if (given) {
      reader.report(
        'error',
        ['spec', given],
        journey
          ? `A user journey has no indicator of its own; take it away, or the annotation ${JOURNEY_ANNOTATION}`
          : 'An SLO has an indicator either itself or in every objective (composite)',
      );
    }
    return undefined;
  }
  return indicatorAt(['spec']);
}

function readIndicator(
  reader: DocumentReader,
  context: SloContext,
  at: Path,
): IndicatorDefinition | undefined {
  const referencePath = [...at, 'indicatorRef'];
  const reference = reader.text(referencePath);
  const inline = reader.get([...at, 'indicator']) !== undefined;
  if (Boolean(reference) === inline) {
    const place = at.length === 1 ? 'An SLO' : 'An objective';
    reader.report(
      'error',
      inline ? referencePath : at,
      `${place} has either indicator or indicatorRef`,
    );
    return undefined;
  }
  if (inline) {
    return parseIndicator({
      reader,
      path: [...at, 'indicator'],
      dataSources: context.dataSources,
    });
  }
  const found = context.indicators.get(reference!);
  if (!found) {
    reader.report(
      'error',
      referencePath,
      `There is no SLI "${reference}" in this file`,
    );
  } else if (!found.computable || !found.indicator) {
    reader.report(
      'unsupported',
      referencePath,
      `SLI "${reference}" cannot be evaluated; see what is said about it`,
    );
  }
  return found?.indicator;
}

function readAlertPolicies(
  reader: DocumentReader,
  context: SloContext,
): AlertPolicyDefinition[] {
  const path = ['spec', 'alertPolicies'];
  return reader.list(path).flatMap((entry, index) => {
    const at = [...path, index];
    const reference =
      typeof entry === 'string'
        ? entry
        : reader.text([...at, 'alertPolicyRef']);
    if (!reference) {
      return reader.map(at, { required: true })
        ? (parseAlertPolicy(reader, context, at) ?? [])
        : [];
    }
    const found = context.alertPolicies.get(reference);
    if (found) {
      return found;
    }
    reader.report(
      'unsupported',
      at,
      context.alertPolicies.has(reference)
        ? `AlertPolicy "${reference}" has errors; see what is said about it`
        : `There is no AlertPolicy "${reference}" in this file, so that it gives no alert`,
    );
    return {
      name: reference,
      alertWhenNoData: false,
      alertWhenResolved: false,
      alertWhenBreaching: false,
      notificationTargets: [],
    };
  });
}
