/**
 * SLOs by the thousand: what a round of evaluation costs beside Prometheus, and how fast lists answer. Needs
 * SHOPFLOOR_TEST_POSTGRES_URL (a scratch PostgreSQL) and SHOPFLOOR_TEST_TOOLS (prometheus, promtool):
 *
 *   node --require ./node_modules/@backstage/cli-node/config/nodeTransform.cjs bench/slo/run.ts --slos 2000
 *
 * Prometheus holds what the generated rules record, laid out beforehand, so that it has time for nothing but the queries.
 * Every fifth SLO has a calendar month, the others thirty rolling days. Lists are asked over HTTP of the plugin's own router.
 */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { AddressInfo } from 'node:net';
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import {
  formatDuration,
  neededTimeWindows,
  parseOpenSlo,
  SloDefinition,
} from '@shopfloor/plugin-slo-common';
import express from 'express';
import knexFactory, { Knex } from 'knex';
import { PrometheusClients } from '../../plugins/slo-backend/src/evaluation/PrometheusClients';
import { SloEvaluation } from '../../plugins/slo-backend/src/evaluation/SloEvaluation';
import { createRouter } from '../../plugins/slo-backend/src/router';
import { DefaultSloService } from '../../plugins/slo-backend/src/service/DefaultSloService';
import { EntityVisibility } from '../../plugins/slo-backend/src/service/EntityVisibility';
import { DatabaseSloStore } from '../../plugins/slo-backend/src/store/DatabaseSloStore';
import { availabilitySlo } from '../../plugins/slo-backend/src/testing/slos';
import {
  TestPrometheus,
  TestSeries,
} from '../../plugins/slo-backend/src/testing/TestPrometheus';

const INTERVAL_SECONDS = 5;
const ROUND_SECONDS = 15;
const HISTORY_SECONDS = 600;
const TEAMS = 40;

const { values } = parseArgs({
  options: {
    slos: { type: 'string', default: '2000' },
    rounds: { type: 'string', default: '12' },
    requests: { type: 'string', default: '300' },
  },
});
const count = Number(values.slos);

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function definitionOf(index: number): SloDefinition {
  const name = `slo-${String(index).padStart(5, '0')}`;
  const text = availabilitySlo({ name, targets: [0.999, 0.99] });
  const [definition] = parseOpenSlo(
    index % 5 === 0
      ? text.replace(
          'duration: 30d\n      isRolling: true',
          'duration: 1M\n      calendar: { startTime: 2026-01-01 00:00:00, timeZone: Europe/Berlin }',
        )
      : text,
    { file: 'slo.yaml' },
  ).slos;
  return definition;
}

const entityRef = (index: number) =>
  `component:default/service-${Math.floor(index / 2)}`;
const sloId = (index: number) =>
  `component~default~service-${Math.floor(index / 2)}~slo-${String(index).padStart(5, '0')}~production`;

/** What the rules record of every SLO for some minutes: rates, and the windows of the alert rows and the budget. */
function recordedSeries(
  definitions: SloDefinition[],
  from: number,
): TestSeries[] {
  return definitions.flatMap((definition, index) => {
    const labels = {
      environment: 'production',
      service: 'products',
      slo: definition.name,
      slo_id: sloId(index),
      objective: '0',
    };
    const series = (
      name: string,
      value: number,
      more: Record<string, string> = {},
    ) => ({
      name: `shopfloor:slo_${name}`,
      labels: { ...labels, ...more },
      from,
      to: from + HISTORY_SECONDS,
      value,
    });
    const bad = (index % 7) / 10_000;
    return [
      series('bad:rate1m', 10 * bad),
      series('total:rate1m', 10),
      ...neededTimeWindows(definition, from).flatMap(({ window }) => {
        if (window.kind === 'calendar') {
          return [];
        }
        const events = 10 * window.durationSeconds;
        const label = { window: formatDuration(window.durationSeconds) };
        return [
          series('bad:window', events * bad, label),
          series('total:window', events, label),
        ];
      }),
    ];
  });
}

/** Wall and processor time of some work, in milliseconds. */
async function timed(work: () => Promise<unknown>) {
  const cpu = process.cpuUsage();
  const began = performance.now();
  await work();
  const { user, system } = process.cpuUsage(cpu);
  return {
    wall: performance.now() - began,
    cpu: (user + system) / 1000,
  };
}

function quantile(numbers: number[], share: number): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

function tell(what: string, times: Array<{ wall: number; cpu: number }>) {
  const figures = (key: 'wall' | 'cpu') => {
    const all = times.map(time => time[key]);
    return `${quantile(all, 0.5).toFixed(0)} ms median, ${quantile(all, 0.95).toFixed(0)} ms P95`;
  };
  say(`${what}: ${figures('wall')}; processor ${figures('cpu')}`);
}

async function database(): Promise<{ knex: Knex; drop(): Promise<void> }> {
  const url = process.env.SHOPFLOOR_TEST_POSTGRES_URL;
  if (!url) {
    throw new Error('SHOPFLOOR_TEST_POSTGRES_URL is not set');
  }
  const name = `bench_slo_${randomUUID().slice(0, 8)}`;
  const admin = knexFactory({ client: 'pg', connection: url });
  await admin.raw(`create database ${name}`);
  const own = new URL(url);
  own.pathname = `/${name}`;
  const knex = knexFactory({ client: 'pg', connection: own.toString() });
  return {
    knex,
    drop: async () => {
      await knex.destroy();
      await admin.raw(`drop database ${name} with (force)`);
      await admin.destroy();
    },
  };
}

async function main() {
  const definitions = Array.from({ length: count }, (_, index) =>
    definitionOf(index),
  );
  const end =
    Math.floor(Date.now() / 1000 / INTERVAL_SECONDS) * INTERVAL_SECONDS;
  const from = end - HISTORY_SECONDS;
  say(`${count} SLOs, load average ${loadavg()[0].toFixed(1)}`);
  const series = recordedSeries(definitions, from);
  const prometheus = await TestPrometheus.start({
    series,
    intervalSeconds: 30,
  });
  const { knex, drop } = await database();
  try {
    const store = await DatabaseSloStore.create({
      database: { getClient: async () => knex },
    });
    const old = new Date((from - 100 * 86_400) * 1000);
    for (let index = 0; index < count; index += 2) {
      const own = [index, index + 1].filter(each => each < count);
      await store.saveSource({
        entityRef: entityRef(index),
        file: 'slo.yaml',
        content: '',
        readAt: old,
        problems: [],
        keepOthers: false,
        slos: own.map(each => ({
          id: sloId(each),
          entityRef: entityRef(each),
          environment: 'production',
          owner: `group:default/team-${each % TEAMS}`,
          file: 'slo.yaml',
          definition: definitions[each],
        })),
      });
    }
    await store.markRecorded({
      environment: 'production',
      slos: await store.listSlos(),
      now: old,
    });
    await rounds(store, prometheus.url, from);
    await lists(store, prometheus.url, from);
    const [{ count: unmeasured }] = await knex('slo_definitions as d')
      .leftJoin('slo_results as r', 'r.slo_id', 'd.id')
      .whereRaw('r.result is null or r.failure is not null')
      .count();
    say(`SLOs without figures: ${unmeasured}`);
  } finally {
    await prometheus.remove();
    await drop();
  }
}

const environmentOf = (url: string) => ({
  name: 'production',
  prometheus: { url, evaluationIntervalSeconds: INTERVAL_SECONDS },
});

function evaluation(store: DatabaseSloStore, url: string, now: () => Date) {
  return new SloEvaluation({
    environments: { list: () => [environmentOf(url)] } as never,
    clients: new PrometheusClients(),
    store,
    logger: { warn: say } as never,
    maxConcurrency: 4,
    deadlineSeconds: 60,
    now,
  });
}

async function rounds(store: DatabaseSloStore, url: string, from: number) {
  let at = from + 120;
  const round = evaluation(store, url, () => new Date(at * 1000));
  tell('first round, every window counted whole', [
    await timed(() => round.run()),
  ]);
  const times = [];
  for (let index = 0; index < Number(values.rounds); index += 1) {
    at += ROUND_SECONDS;
    times.push(await timed(() => round.run()));
  }
  tell(`round of ${count}`, times);
  const cpu = quantile(
    times.map(time => time.cpu),
    0.5,
  );
  for (const seconds of [ROUND_SECONDS, 60]) {
    say(
      `share of a core at one round in ${seconds} s: ${((cpu / seconds / 1000) * 100).toFixed(1)} %`,
    );
  }
}

async function lists(store: DatabaseSloStore, url: string, from: number) {
  let at = from + 120 + Number(values.rounds) * ROUND_SECONDS;
  const now = () => new Date(at * 1000);
  const app = express();
  app.use(
    createRouter({
      httpAuth: { credentials: async () => ({}) } as never,
      service: new DefaultSloService({
        store,
        visibility: EntityVisibility.create({
          permissions: {
            authorizeConditional: async () => [
              { result: 'ALLOW' },
              { result: 'ALLOW' },
            ],
          } as never,
          catalog: {} as never,
        }),
        environments: { list: () => [environmentOf(url)] } as never,
        clients: new PrometheusClients(),
        staleAfterSeconds: 60,
        now,
      }),
    }),
  );
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const round = evaluation(store, url, now);
  const queries = [
    'limit=50',
    'limit=50&state=failing',
    'limit=50&owner=team-1',
    'limit=50&offset=500',
    'entity=component:default/service-7',
  ];
  const times: Array<{ wall: number; cpu: number }> = [];
  const requests = Number(values.requests);
  for (let index = 0; index < requests; index += 1) {
    // A round in between, as often as one lies between the looks of ten people who look every five seconds.
    if (index % 30 === 0) {
      at += ROUND_SECONDS;
      await round.run();
    }
    times.push(
      await timed(async () => {
        const response = await fetch(
          `http://127.0.0.1:${port}/slos?${queries[index % queries.length]}`,
        );
        const body = (await response.json()) as { totalItems: number };
        if (!response.ok || (index % 5 === 0 && body.totalItems !== count)) {
          throw new Error(`${response.status}: ${JSON.stringify(body)}`);
        }
      }),
    );
  }
  server.close();
  tell(`list of ${count}, the first after each round too`, times);
}

main().catch(error => {
  process.stderr.write(`${error.stack}\n`);
  process.exitCode = 1;
});
