import { DocumentReader, Path } from './DocumentReader';
import { parseDurationSeconds } from './duration';
import { IndicatorDefinition } from './indicatorTypes';
import { BudgetingMethod, ObjectiveDefinition } from './types';

const OPERATORS = ['lt', 'lte', 'gt', 'gte'] as const;

/** An objective and where it is written. */
export interface ReadObjective {
  path: Path;
  /** `undefined` when it has errors. */
  objective?: ObjectiveDefinition;
}

/**
 * Reads `spec.objectives`.
 *
 * @param options - `indicatorAt` reads the `indicator` or `indicatorRef` of a mapping
 */
export function parseObjectives(options: {
  reader: DocumentReader;
  budgetingMethod: BudgetingMethod | undefined;
  indicatorAt: (path: Path) => IndicatorDefinition | undefined;
}): ReadObjective[] {
  const { reader } = options;
  const path = ['spec', 'objectives'];
  return reader.list(path, { required: true }).map((_, index) => {
    const at = [...path, index];
    return { path: at, objective: parseObjective({ ...options, at }) };
  });
}

function parseObjective(options: {
  reader: DocumentReader;
  budgetingMethod: BudgetingMethod | undefined;
  indicatorAt: (path: Path) => IndicatorDefinition | undefined;
  at: Path;
}): ObjectiveDefinition | undefined {
  const { reader, budgetingMethod, indicatorAt, at } = options;
  if (!reader.map(at, { required: true })) {
    return undefined;
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
  const target = parseTarget(reader, at);
  const displayName = reader.text([...at, 'displayName']);
  const op = reader.oneOf([...at, 'op'], OPERATORS);
  const value = reader.number([...at, 'value']);
  const slices = parseSlices(reader, at, budgetingMethod);
  const weight = reader.number([...at, 'compositeWeight']);
  if (weight !== undefined && weight <= 0) {
    reader.report(
      'error',
      [...at, 'compositeWeight'],
      'compositeWeight must be above 0',
    );
  }
  const hasIndicator = ['indicator', 'indicatorRef'].some(
    field => reader.get([...at, field]) !== undefined,
  );
  const indicator = hasIndicator ? indicatorAt(at) : undefined;
  if (target === undefined) {
    return undefined;
  }
  return {
    ...(displayName && { displayName }),
    target,
    ...(op && { op }),
    ...(value !== undefined && { value }),
    ...slices,
    ...(indicator && { indicator }),
    ...(weight !== undefined && { weight }),
  };
}

function parseTarget(reader: DocumentReader, path: Path): number | undefined {
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

function parseSlices(
  reader: DocumentReader,
  at: Path,
  method: BudgetingMethod | undefined,
): { timeSliceTarget?: number; timeSliceSeconds?: number } {
  const targetPath = [...at, 'timeSliceTarget'];
  const windowPath = [...at, 'timeSliceWindow'];
  const timeSliceTarget = reader.number(targetPath, {
    required: method === 'Timeslices',
  });
  if (
    timeSliceTarget !== undefined &&
    !(timeSliceTarget > 0 && timeSliceTarget <= 1)
  ) {
    reader.report(
      'error',
      targetPath,
      'timeSliceTarget must be above 0 and at most 1',
    );
  }
  const written = reader.get(windowPath);
  const timeSliceSeconds =
    typeof written === 'number'
      ? // OpenSLO: a plain number is minutes.
        written * 60
      : parseDurationSeconds(String(written ?? ''));
  if (written === undefined || written === null) {
    if (method === 'Timeslices' || method === 'RatioTimeslices') {
      reader.report(
        'error',
        windowPath,
        `timeSliceWindow is missing; ${method} needs the length of a slice, for example 1m`,
      );
    }
  } else if (
    timeSliceSeconds === undefined ||
    !Number.isInteger(timeSliceSeconds / 60) ||
    timeSliceSeconds < 60
  ) {
    reader.report(
      'error',
      windowPath,
      'timeSliceWindow is a duration of whole minutes, for example 1m or 5 (minutes)',
    );
  }
  const given = [
    [targetPath, timeSliceTarget, method === 'Timeslices'] as const,
    [windowPath, timeSliceSeconds, method !== 'Occurrences'] as const,
  ];
  for (const [path, value, used] of given) {
    if (value !== undefined && method && !used) {
      reader.report(
        'warning',
        path,
        `${path.at(-1)} has no meaning with budgetingMethod ${method}; it is kept and ignored`,
      );
    }
  }
  return {
    ...(timeSliceTarget !== undefined && { timeSliceTarget }),
    ...(timeSliceSeconds !== undefined && { timeSliceSeconds }),
  };
}
