import {
  AlertConditionDefinition,
  AlertPolicyDefinition,
  AlertTargetDefinition,
} from './alertTypes';
import { DocumentReader, Path } from './DocumentReader';
import { parseDurationSeconds } from './duration';

/** Conditions, targets and policies of the file by name. */
export interface AlertContext {
  conditions: ReadonlyMap<string, AlertConditionDefinition | undefined>;
  targets: ReadonlyMap<string, AlertTargetDefinition | undefined>;
}

function common(reader: DocumentReader, path: Path) {
  const displayName = reader.text([...path, 'metadata', 'displayName']);
  const description = reader.text([...path, 'spec', 'description']);
  return {
    name: reader.text([...path, 'metadata', 'name'], { required: true }) ?? '',
    ...(displayName && { displayName }),
    ...(description && { description }),
  };
}

function duration(
  reader: DocumentReader,
  path: Path,
  options: { required: boolean; zero: boolean },
): number | undefined {
  const text = reader.text(path, { required: options.required });
  if (text === undefined || (options.zero && /^0[mhdw]$/.test(text))) {
    return text === undefined ? undefined : 0;
  }
  const seconds = parseDurationSeconds(text);
  if (seconds === undefined) {
    reader.report(
      'error',
      path,
      `"${text}" is not a duration of fixed length. Write for example 5m or 1h`,
    );
  }
  return seconds;
}

/** Reads an AlertCondition, its own document or inline; `undefined` when it has errors. */
export function parseAlertCondition(
  reader: DocumentReader,
  path: Path = [],
): AlertConditionDefinition | undefined {
  const before = reader.errorCount;
  const spec = [...path, 'spec'];
  const condition = [...spec, 'condition'];
  const base = common(reader, path);
  if (!reader.map(spec, { required: true })) {
    return undefined;
  }
  reader.knownKeys(spec, ['description', 'severity', 'condition']);
  const severity = reader.text([...spec, 'severity'], { required: true });
  if (!reader.map(condition, { required: true })) {
    return undefined;
  }
  reader.knownKeys(condition, [
    'kind',
    'op',
    'threshold',
    'lookbackWindow',
    'alertAfter',
  ]);
  reader.oneOf([...condition, 'kind'], ['burnrate'] as const);
  const threshold = reader.number([...condition, 'threshold'], {
    required: true,
  });
  if (threshold !== undefined && threshold <= 0) {
    reader.report(
      'error',
      [...condition, 'threshold'],
      'threshold is a burn rate above 0; at 1 the budget lasts exactly the window',
    );
  }
  const lookbackSeconds = duration(reader, [...condition, 'lookbackWindow'], {
    required: true,
    zero: false,
  });
  const alertAfterSeconds =
    duration(reader, [...condition, 'alertAfter'], {
      required: false,
      zero: true,
    }) ?? 0;
  if (
    reader.errorCount > before ||
    !severity ||
    threshold === undefined ||
    lookbackSeconds === undefined
  ) {
    return undefined;
  }
  return {
    ...base,
    severity,
    kind: 'burnrate',
    threshold,
    lookbackSeconds,
    alertAfterSeconds,
  };
}

/** Reads an AlertNotificationTarget, its own document or inline. */
export function parseAlertTarget(
  reader: DocumentReader,
  path: Path = [],
): AlertTargetDefinition | undefined {
  const base = common(reader, path);
  const spec = [...path, 'spec'];
  if (!reader.map(spec, { required: true })) {
    return undefined;
  }
  reader.knownKeys(spec, ['description', 'target']);
  const target = reader.text([...spec, 'target'], { required: true });
  return target ? { ...base, target } : undefined;
}

/** Reads an AlertPolicy, its own document or inline; `undefined` when it has errors. */
export function parseAlertPolicy(
  reader: DocumentReader,
  context: AlertContext,
  path: Path = [],
): AlertPolicyDefinition | undefined {
  const before = reader.errorCount;
  const spec = [...path, 'spec'];
  const base = common(reader, path);
  if (!reader.map(spec, { required: true })) {
    return undefined;
  }
  reader.knownKeys(spec, [
    'description',
    'alertWhenNoData',
    'alertWhenResolved',
    'alertWhenBreaching',
    'conditions',
    'notificationTargets',
  ]);
  const flag = (name: string) => reader.boolean([...spec, name]) ?? false;
  const flags = {
    alertWhenNoData: flag('alertWhenNoData'),
    alertWhenResolved: flag('alertWhenResolved'),
    alertWhenBreaching: flag('alertWhenBreaching'),
  };
  const conditions = reader.list([...spec, 'conditions'], { required: true });
  if (conditions.length > 1) {
    reader.report(
      'error',
      [...spec, 'conditions', 1],
      'OpenSLO v1 allows exactly one condition; write a policy for each',
    );
  }
  const condition =
    conditions.length > 0
      ? readCondition(reader, context, [...spec, 'conditions', 0])
      : undefined;
  const notificationTargets = reader
    .list([...spec, 'notificationTargets'])
    .flatMap((_, index) => {
      const at = [...spec, 'notificationTargets', index];
      return readTarget(reader, context, at) ?? [];
    });
  return reader.errorCount > before
    ? undefined
    : { ...base, ...flags, condition, notificationTargets };
}

function readCondition(
  reader: DocumentReader,
  context: AlertContext,
  at: Path,
): AlertConditionDefinition | undefined {
  if (!reader.map(at, { required: true })) {
    return undefined;
  }
  const reference = reader.text([...at, 'conditionRef']);
  if (!reference) {
    return parseAlertCondition(reader, at);
  }
  const found = context.conditions.get(reference);
  if (!found) {
    reader.report(
      'unsupported',
      [...at, 'conditionRef'],
      context.conditions.has(reference)
        ? `AlertCondition "${reference}" has errors; see what is said about it`
        : `There is no AlertCondition "${reference}" in this file, so that the policy gives no alert`,
    );
  }
  return found;
}

function readTarget(
  reader: DocumentReader,
  context: AlertContext,
  at: Path,
): AlertTargetDefinition | undefined {
  if (!reader.map(at, { required: true })) {
    return undefined;
  }
  const reference = reader.text([...at, 'targetRef']);
  return reference
    ? (context.targets.get(reference) ?? { name: reference })
    : parseAlertTarget(reader, at);
}
