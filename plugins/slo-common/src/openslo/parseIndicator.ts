import { parseSelector } from '../prometheus/selector';
import { SERIES_PREFIX } from './constants';
import { DocumentReader } from './DocumentReader';
import { MetricSource, RatioIndicator } from './types';

type Path = Array<string | number>;

/** DataSource documents of the file by name, as far as an indicator needs them. */
export type DataSourceTypes = ReadonlyMap<string, string>;

/**
 * Reads an indicator (`spec.indicator` of an SLO, or an SLI document). Gives `undefined` and says why when it is wrong
 * (an error) or of a kind that is not evaluated yet.
 */
export function parseIndicator(options: {
  reader: DocumentReader;
  path: Path;
  dataSources: DataSourceTypes;
}): RatioIndicator | undefined {
  const { reader, path, dataSources } = options;
  reader.knownKeys(path, ['metadata', 'spec', 'apiVersion', 'kind']);
  const name =
    reader.text([...path, 'metadata', 'name'], { required: true }) ?? '';
  const spec = [...path, 'spec'];
  if (!reader.map(spec, { required: true })) {
    return undefined;
  }
  reader.knownKeys(spec, ['description', 'ratioMetric', 'thresholdMetric']);
  if (reader.get([...spec, 'thresholdMetric']) !== undefined) {
    reader.report(
      'unsupported',
      [...spec, 'thresholdMetric'],
      'Threshold indicators are not supported yet; count good and total events with ratioMetric',
    );
    return undefined;
  }
  const ratio = [...spec, 'ratioMetric'];
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
  if (reader.get([...ratio, 'raw']) !== undefined) {
    reader.report(
      'unsupported',
      [...ratio, 'raw'],
      'Raw ratios are not supported yet: a ratio cannot be summed over time. Count good and total events instead',
    );
    return undefined;
  }
  const sides = ['good', 'bad'].filter(
    side => reader.get([...ratio, side]) !== undefined,
  );
  if (sides.length !== 1) {
    reader.report('error', ratio, 'Name either good or bad beside total');
    return undefined;
  }
  if (reader.get([...ratio, 'counter']) === true) {
    reader.report(
      'unsupported',
      [...ratio, 'counter'],
      'Raw counters are not supported: name shopfloor:* series, which are events per second, and write counter: false',
    );
    return undefined;
  }
  const numerator = sides[0] as 'good' | 'bad';
  const counted = parseMetric(reader, [...ratio, numerator], dataSources);
  const total = parseMetric(reader, [...ratio, 'total'], dataSources);
  if (!counted || !total) {
    return undefined;
  }
  return { name, numerator, counted, total };
}

function parseMetric(
  reader: DocumentReader,
  path: Path,
  dataSources: DataSourceTypes,
): MetricSource | undefined {
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
  if (type.toLowerCase() !== 'prometheus') {
    reader.report(
      'unsupported',
      [...sourcePath, dataSource ? 'metricSourceRef' : 'type'],
      `Data sources of type "${type}" are not supported; Prometheus is`,
    );
    return undefined;
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
    return undefined;
  }
  if (!selector.name.startsWith(SERIES_PREFIX)) {
    reader.report(
      'unsupported',
      queryPath,
      `Only ${SERIES_PREFIX}* series (events per second) can be evaluated, not ${selector.name}`,
    );
    return undefined;
  }
  return { ...(dataSource && { dataSource }), type: 'Prometheus', query };
}
