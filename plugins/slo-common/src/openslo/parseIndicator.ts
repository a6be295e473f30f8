import { parseSelector } from '../prometheus/selector';
import { SERIES_PREFIX } from './constants';
import { DocumentReader, Path } from './DocumentReader';
import { IndicatorDefinition, MetricReference } from './indicatorTypes';

/** DataSource documents of the file by name, as far as an indicator needs them. */
export type DataSourceTypes = ReadonlyMap<string, string>;

interface IndicatorOptions {
  reader: DocumentReader;
  /** Of the mapping with `metadata` and `spec`. */
  path: Path;
  dataSources: DataSourceTypes;
}

/**
 * Reads an indicator (`spec.indicator` of an SLO, that of an objective, or an SLI document). Gives `undefined` and says
 * why when it is wrong. What is right and cannot be computed is read whole and reported as not supported.
 */
export function parseIndicator(
  options: IndicatorOptions,
): IndicatorDefinition | undefined {
  const { reader, path } = options;
  reader.knownKeys(path, ['metadata', 'spec', 'apiVersion', 'kind']);
  const name =
    reader.text([...path, 'metadata', 'name'], { required: true }) ?? '';
  const displayName = reader.text([...path, 'metadata', 'displayName']);
  const spec = [...path, 'spec'];
  if (!reader.map(spec, { required: true })) {
    return undefined;
  }
  reader.knownKeys(spec, ['description', 'ratioMetric', 'thresholdMetric']);
  const description = reader.text([...spec, 'description']);
  const base = {
    name,
    ...(displayName && { displayName }),
    ...(description && { description }),
  };
  const kinds = ['ratioMetric', 'thresholdMetric'].filter(
    kind => reader.get([...spec, kind]) !== undefined,
  );
  if (kinds.length !== 1) {
    reader.report(
      'error',
      kinds.length ? [...spec, 'thresholdMetric'] : spec,
      'An indicator has either ratioMetric or thresholdMetric',
    );
    return undefined;
  }
  if (kinds[0] === 'thresholdMetric') {
    const metric = parseMetric(options, [...spec, 'thresholdMetric']);
    return metric && { kind: 'threshold', ...base, metric };
  }
  return parseRatio(options, [...spec, 'ratioMetric'], base);
}

function parseRatio(
  options: IndicatorOptions,
  ratio: Path,
  base: { name: string },
): IndicatorDefinition | undefined {
  const { reader } = options;
  if (!reader.map(ratio, { required: true })) {
    return undefined;
  }
  reader.knownKeys(ratio, [
    'counter',
    'good',
    'bad',
    'total',
    'raw',
    'rawType',
  ]);
  const given = (side: string) => reader.get([...ratio, side]) !== undefined;
  const counter = reader.boolean([...ratio, 'counter']) ?? false;
  if (given('raw')) {
    const other = ['good', 'bad', 'total'].find(given);
    if (other) {
      reader.report(
        'error',
        [...ratio, other],
        'raw stands alone: it is a ratio already, without good, bad or total',
      );
      return undefined;
    }
    const rawType = reader.oneOf(
      [...ratio, 'rawType'],
      ['success', 'failure'] as const,
      { required: true },
    );
    const raw = parseMetric(options, [...ratio, 'raw']);
    return raw && rawType && { kind: 'raw', ...base, rawType, raw };
  }
  const sides = ['good', 'bad'].filter(given);
  if (sides.length !== 1) {
    reader.report('error', ratio, 'Name either good or bad beside total');
    return undefined;
  }
  if (given('rawType')) {
    reader.report(
      'warning',
      [...ratio, 'rawType'],
      'rawType belongs to raw; it is kept and ignored',
    );
  }
  if (counter) {
    reader.report(
      'unsupported',
      [...ratio, 'counter'],
      'Raw counters are not supported: name shopfloor:* series, which are events per second, and write counter: false',
    );
  }
  const numerator = sides[0] as 'good' | 'bad';
  const counted = parseMetric(options, [...ratio, numerator]);
  const total = parseMetric(options, [...ratio, 'total']);
  return (
    counted &&
    total && { kind: 'ratio', ...base, counter, numerator, counted, total }
  );
}

function parseMetric(
  options: IndicatorOptions,
  path: Path,
): MetricReference | undefined {
  const { reader, dataSources } = options;
  const sourcePath = [...path, 'metricSource'];
  if (
    !reader.map(path, { required: true }) ||
    !reader.map(sourcePath, { required: true })
  ) {
    return undefined;
  }
  reader.knownKeys(path, ['metricSource']);
  reader.knownKeys(sourcePath, ['metricSourceRef', 'type', 'spec']);
  const dataSource = reader.text([...sourcePath, 'metricSourceRef']);
  if (dataSource && !dataSources.has(dataSource)) {
    reader.report(
      'error',
      [...sourcePath, 'metricSourceRef'],
      `There is no DataSource "${dataSource}" in this file`,
    );
    return undefined;
  }
  const type =
    reader.text([...sourcePath, 'type']) ??
    (dataSource && dataSources.get(dataSource)) ??
    'Prometheus';
  const spec = reader.map([...sourcePath, 'spec'], { required: true });
  if (!spec) {
    return undefined;
  }
  const reference = { ...(dataSource && { dataSource }), type, spec };
  if (type.toLowerCase() !== 'prometheus') {
    reader.report(
      'unsupported',
      [...sourcePath, dataSource ? 'metricSourceRef' : 'type'],
      `Data sources of type "${type}" are not supported; Prometheus is`,
    );
    return reference;
  }
  const queryPath = [...sourcePath, 'spec', 'query'];
  const query = reader.text(queryPath, { required: true });
  if (!query) {
    return undefined;
  }
  const selector = parseSelector(query);
  if (!selector) {
    reader.report(
      'unsupported',
      queryPath,
      'The query must be one plain series selector, for example shopfloor:requests:rate1m{destination="products"}; sums and windows are added when it is evaluated',
    );
    return reference;
  }
  if (!selector.name.startsWith(SERIES_PREFIX)) {
    reader.report(
      'unsupported',
      queryPath,
      `Only ${SERIES_PREFIX}* series (events per second) can be evaluated, not ${selector.name}`,
    );
    return reference;
  }
  return { ...reference, series: query };
}
