import { Environment } from '@shopfloor/plugin-environments-common';
import { parseOpenSlo } from '@shopfloor/plugin-slo-common';
import { mockServices } from '@backstage/backend-test-utils';
import { Knex } from 'knex';
import { PrometheusClients } from '../PrometheusClients';
import { SloEvaluation } from '../SloEvaluation';
import { DatabaseSloStore } from '../../store/DatabaseSloStore';
import { presentObjectives } from '../../service/presentObjectives';
import { TestSeries } from '../../testing/TestPrometheus';

export const INTERVAL_SECONDS = 5;

/** Seconds of a moment of the day on which the history of these tests lies. */
export function moment(time: string): number {
  return Date.parse(`2026-11-25T${time}Z`) / 1000;
}

/**
 * From 06:00 to 12:10 ten good requests a second; from 10:00 to 10:30 one bad one a second beside them. A queue of 50,
 * from 11:00 to 11:30 of 150. One percent of failures, from 11:00 to 11:30 half of all.
 */
export function history(): TestSeries[] {
  const labels = { environment: 'production' };
  const series = (
    name: string,
    more: Record<string, string>,
    from: string,
    to: string,
    value: number,
  ) => ({
    name,
    labels: { ...labels, ...more },
    from: moment(from) + INTERVAL_SECONDS,
    to: moment(to),
    value,
  });
  const requests = 'shopfloor:requests:rate1m';
  const good = { destination: 'products', code_class: '2xx' };
  return [
    series(requests, { ...good, version: 'v1' }, '06:00:00', '12:10:00', 6),
    series(requests, { ...good, version: 'v2' }, '06:00:00', '12:10:00', 4),
    series(
      requests,
      { destination: 'products', code_class: '5xx' },
      '10:00:00',
      '10:30:00',
      1,
    ),
    series(
      requests,
      { destination: 'search', code_class: '2xx' },
      '06:00:00',
      '12:10:00',
      2,
    ),
    ...[
      ['06:00:00', '11:00:00', 50, 0.01],
      ['11:00:00', '11:30:00', 150, 0.5],
      ['11:30:00', '12:10:00', 50, 0.01],
    ].flatMap(([from, to, depth, failures]) => [
      series('shopfloor:queue_depth', {}, `${from}`, `${to}`, Number(depth)),
      series(
        'shopfloor:failure_ratio',
        {},
        `${from}`,
        `${to}`,
        Number(failures),
      ),
    ]),
  ];
}

export interface SloText {
  name: string;
  annotations?: Record<string, string>;
  indicator?: string;
  window?: string;
  method?: string;
  objectives?: string;
}

const RATIO = `ratioMetric: { counter: false,
        good: { metricSource: { type: Prometheus, spec: { query: 'shopfloor:requests:rate1m{destination="products",code_class!="5xx"}' } } },
        total: { metricSource: { type: Prometheus, spec: { query: 'shopfloor:requests:rate1m{destination="products"}' } } } }`;

/** An indicator of bad requests to a service, as YAML in one line. */
export function badRequests(destination: string): string {
  return `{ metadata: { name: bad-${destination} }, spec: { ratioMetric: { counter: false, bad: { metricSource: { type: Prometheus, spec: { query: 'shopfloor:requests:rate1m{destination="${destination}",code_class="5xx"}' } } }, total: { metricSource: { type: Prometheus, spec: { query: 'shopfloor:requests:rate1m{destination="${destination}"}' } } } } } }`;
}

/** An OpenSLO document; without more it counts good requests to products over a day. */
export function sloText(options: SloText): string {
  const {
    annotations = {},
    indicator = `{ metadata: { name: non-5xx }, spec: {
        ${RATIO} } }`,
  } = options;
  return `apiVersion: openslo/v1
kind: SLO
metadata:
  name: ${options.name}
  annotations: ${JSON.stringify({ 'shopfloor.dev/environments': 'production', ...annotations })}
spec:
  service: products
${indicator ? `  indicator: ${indicator}\n` : ''}  timeWindow: [${options.window ?? '{ duration: 1d, isRolling: true }'}]
  budgetingMethod: ${options.method ?? 'Occurrences'}
  objectives: ${options.objectives ?? '[{ target: 0.99 }]'}
`;
}

/** Evaluates SLOs of one entity against a Prometheus, with the time given. */
export async function evaluationWorld(options: {
  knex: Knex;
  url: string;
  texts: string[];
  /** When the file was first read. */
  readAt?: Date;
}) {
  const environment = {
    name: 'production',
    prometheus: {
      url: options.url,
      evaluationIntervalSeconds: INTERVAL_SECONDS,
    },
  } as Environment;
  const store = await DatabaseSloStore.create({
    database: { getClient: async () => options.knex },
  });
  const { slos, problems } = parseOpenSlo(options.texts.join('---\n'), {
    file: 'slo.yaml',
  });
  expect(problems).toEqual([]);
  const id = (name: string) => `component~default~shop~${name}~production`;
  await store.saveSource({
    entityRef: 'component:default/shop',
    file: 'slo.yaml',
    content: '',
    readAt: options.readAt ?? new Date((moment('00:00:00') - 86_400) * 1000),
    problems: [],
    keepOthers: false,
    slos: slos.map(definition => ({
      id: id(definition.name),
      entityRef: 'component:default/shop',
      environment: 'production',
      owner: 'group:default/team',
      file: 'slo.yaml',
      definition,
    })),
  });
  const clients = new PrometheusClients();
  const logger = mockServices.logger.mock();
  return {
    id,
    store,
    logger,
    environment,
    clients,
    /** One round; `time` is the last moment that is counted. */
    round: (time: string) =>
      new SloEvaluation({
        environments: { list: () => [environment] } as any,
        clients,
        store,
        logger,
        maxConcurrency: 4,
        deadlineSeconds: 60,
        now: () => new Date((moment(time) + INTERVAL_SECONDS) * 1000),
      }).run(),
    slo: async (name: string) => (await store.getSlo(id(name)))!,
    objectives: async (name: string) =>
      presentObjectives((await store.getSlo(id(name)))!),
  };
}
