/**
 * Checks of 10,000 components: how long grading all anew from stored evidence takes, and how fast lists answer. Needs
 * SHOPFLOOR_TEST_POSTGRES_URL, a scratch PostgreSQL:
 *
 *   node --require ./node_modules/@backstage/cli-node/config/nodeTransform.cjs bench/checks/run.ts --components 10000
 *
 * The checks are those of platform/scorecards/checks. Evidence is made up by a seeded generator from the types that the
 * collectors declare, in some variants that components share. Lists are asked over HTTP of the plugin's own router, by
 * somebody who sees everything and by somebody who owns a tenth.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { AddressInfo } from 'node:net';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ConfigReader } from '@backstage/config';
import { JsonValue } from '@backstage/types';
import { Collector, EvidenceType } from '@shopfloor/plugin-checks-node';
import express from 'express';
import knexFactory, { Knex } from 'knex';
import { CatalogCollector } from '../../plugins/checks-backend-module-collectors/src/catalog/CatalogCollector';
import { EndpointsCollector } from '../../plugins/checks-backend-module-collectors/src/endpoints/EndpointsCollector';
import { IstioCollector } from '../../plugins/checks-backend-module-collectors/src/istio/IstioCollector';
import { ClusterReader } from '../../plugins/checks-backend-module-collectors/src/kubernetes/ClusterReader';
import { KubernetesCollector } from '../../plugins/checks-backend-module-collectors/src/kubernetes/KubernetesCollector';
import { PrometheusCollector } from '../../plugins/checks-backend-module-collectors/src/prometheus/PrometheusCollector';
import { RepositoryCollector } from '../../plugins/checks-backend-module-collectors/src/repository/RepositoryCollector';
import { SloCollector } from '../../plugins/checks-backend-module-collectors/src/slo/SloCollector';
import { TechDocsCollector } from '../../plugins/checks-backend-module-collectors/src/techdocs/TechDocsCollector';
import { TracesCollector } from '../../plugins/checks-backend-module-collectors/src/traces/TracesCollector';
import { VaultCollector } from '../../plugins/checks-backend-module-collectors/src/vault/VaultCollector';
import { evidenceTypes } from '../../plugins/checks-backend/src/definitions/CheckSets';
import { parseChecks } from '../../plugins/checks-backend/src/definitions/parseChecks';
import { ReportsCollector } from '../../plugins/checks-backend/src/reports/ReportsCollector';
import { createRouter } from '../../plugins/checks-backend/src/router';
import { RuleLanguage } from '../../plugins/checks-backend/src/rules/RuleLanguage';
import { DefaultChecksService } from '../../plugins/checks-backend/src/service/DefaultChecksService';
import { ResultAccess } from '../../plugins/checks-backend/src/service/ResultAccess';
import { EntityStore } from '../../plugins/checks-backend/src/store/EntityStore';
import { GradingStore } from '../../plugins/checks-backend/src/store/GradingStore';
import { ResultStore } from '../../plugins/checks-backend/src/store/ResultStore';

const TEAMS = 40;
const VARIANTS = 20;
const GRADING_BATCH = 100;
const root = join(__dirname, '../..');

const { values } = parseArgs({
  options: {
    components: { type: 'string', default: '10000' },
    requests: { type: 'string', default: '100' },
  },
});
const components = Number(values.components);

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Mulberry32: the same numbers in every run. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) % 2 ** 32;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const draw = generator(7);

function valueOf(type: EvidenceType): JsonValue {
  if (type === 'bool') return draw() < 0.8;
  if (type === 'int') return Math.floor(draw() * 3);
  if (type === 'double') return draw() * 100;
  if (type === 'string')
    return ['', 'ok', 'production'][Math.floor(draw() * 3)];
  if ('list' in type) return [valueOf(type.list), valueOf(type.list)];
  if ('map' in type) return { a: valueOf(type.map) };
  return Object.fromEntries(
    Object.entries(type.object).map(([name, field]) => [
      name.replace(/\?$/, ''),
      valueOf(field),
    ]),
  );
}

/** The collectors, of which nothing is asked but what they declare. */
function collectors(): Collector[] {
  const none = undefined as never;
  const clusters = ClusterReader.fromConfig(new ConfigReader({}));
  const options = {
    auth: none,
    catalog: none,
    discovery: none,
    environments: none,
    urlReader: none,
    clusters,
    connections: new Map<string, never>(),
  };
  return [
    new CatalogCollector(options),
    new RepositoryCollector(options),
    new KubernetesCollector(options),
    new IstioCollector(options),
    new EndpointsCollector(options),
    new PrometheusCollector(options),
    new SloCollector(options),
    new TechDocsCollector(options),
    new TracesCollector(options),
    new VaultCollector(options),
    new ReportsCollector(none),
  ];
}

async function timed(name: string, work: () => Promise<unknown>) {
  const started = performance.now();
  const cpu = process.cpuUsage();
  await work();
  const seconds = (performance.now() - started) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  say(
    `| ${name} | ${seconds.toFixed(1)} s | ${((user + system) / 1e6).toFixed(1)} s |`,
  );
}

async function seedEvidence(db: Knex, all: Collector[]) {
  for (const { name, version, evidence } of all) {
    for (const [key, type] of Object.entries(evidence)) {
      const variants = Array.from({ length: VARIANTS }, () => valueOf(type));
      await db.raw(
        `with made as (
           select gen_random_uuid() as id, e.entity_ref,
             (?::jsonb) -> (hashtext(e.entity_ref || ?) & 2147483647) % ${VARIANTS} as value
           from checks_entities e),
         written as (
           insert into checks_evidence
             (id, entity_ref, collector, collector_version, key, value, source, refs, hash, first_observed_at)
           select id, entity_ref, ?, ?, ?, value, 'bench', '[]', 'bench', now() from made)
         insert into checks_evidence_current
           (entity_ref, collector, key, evidence_id, hash, observed_at, stale_at)
         select entity_ref, ?, ?, id, 'bench', now(), now() + interval '1 day' from made`,
        [JSON.stringify(variants), key, name, version, key, name, key],
      );
    }
  }
}

/** Owns the first four teams; the catalog shows that person nothing else. */
const owner = {
  result: 'CONDITIONAL',
  conditions: {
    rule: 'IS_ENTITY_OWNER',
    resourceType: 'catalog-entity',
    params: { claims: [0, 1, 2, 3].map(team => `group:default/team-${team}`) },
  },
};

async function lists(db: Knex) {
  const app = express();
  for (const [path, everything] of [
    ['/all', true],
    ['/owner', false],
  ] as const) {
    const access = new ResultAccess({
      permissions: {
        authorizeConditional: async () => [
          { result: 'ALLOW' },
          everything ? { result: 'ALLOW' } : owner,
        ],
      } as never,
      permissionsRegistry: {
        getPermissionRuleset: () => ({ getRuleByName: () => undefined }),
      } as never,
    });
    app.use(
      path,
      createRouter({
        httpAuth: {
          credentials: async () => ({
            principal: { type: 'user', userEntityRef: 'user:default/x' },
          }),
        } as never,
        reports: undefined as never,
        service: new DefaultChecksService({
          access,
          results: new ResultStore(db),
        } as never),
      }),
    );
  }
  const server = app.listen(0, '127.0.0.1');
  await new Promise(resolve => server.once('listening', resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const pick = generator(11);
  const number = (below: number) => Math.floor(pick() * below);
  const queriesOf: Record<string, () => string> = {
    'first page': () => '/results',
    'page 100': () => '/results?offset=20000',
    'what fails': () => '/results?outcome=fail',
    'who fails a check': () => '/results?check=readiness-probe&outcome=fail',
    'of a team': () => `/results?owner=group:default/team-${number(TEAMS)}`,
    'of an entity': () =>
      `/results?entity=service-${String(number(components)).padStart(5, '0')}&limit=1000`,
    'of a category': () => '/results?category=security',
  };
  try {
    say('\n| request | who | median | P95 |\n| --- | --- | --- | --- |');
    for (const [title, query] of Object.entries(queriesOf)) {
      for (const who of ['all', 'owner']) {
        const took: number[] = [];
        for (let sent = 0; sent < Number(values.requests); sent += 1) {
          const started = performance.now();
          const response = await fetch(`${base}/${who}${query()}`);
          const body = await response.text();
          if (!response.ok) {
            throw new Error(`${title}: ${response.status} ${body}`);
          }
          took.push(performance.now() - started);
        }
        took.sort((a, b) => a - b);
        const at = (share: number) =>
          `${took[Math.floor(took.length * share)].toFixed(0)} ms`;
        say(`| ${title} | ${who} | ${at(0.5)} | ${at(0.95)} |`);
      }
    }
  } finally {
    await new Promise(resolve => server.close(resolve));
  }
}

async function main() {
  const connection = process.env.SHOPFLOOR_TEST_POSTGRES_URL;
  if (!connection) {
    throw new Error('Set SHOPFLOOR_TEST_POSTGRES_URL to a scratch PostgreSQL');
  }
  const database = `bench_checks_${process.pid}`;
  const admin = knexFactory({ client: 'pg', connection });
  await admin.raw('create database ??', [database]);
  const url = new URL(connection);
  url.pathname = `/${database}`;
  const db = knexFactory({ client: 'pg', connection: url.href });
  try {
    await db.migrate.latest({
      directory: join(root, 'plugins/checks-backend/migrations'),
    });
    const all = collectors();
    const types = evidenceTypes(all);
    const language = await RuleLanguage.create();
    const folder = join(root, 'platform/scorecards/checks');
    const checks = readdirSync(folder)
      .filter(file => file.endsWith('.yaml'))
      .flatMap(file => {
        const text = readFileSync(join(folder, file), 'utf8');
        const parsed = parseChecks({ text, file, types, language });
        if (parsed.problems.length > 0) {
          throw new Error(JSON.stringify(parsed.problems));
        }
        return parsed.checks;
      });
    say(
      `${components} components, ${checks.length} checks; load average ${loadavg()[0].toFixed(1)}\n`,
    );
    say('| work | time | CPU of the portal |\n| --- | --- | --- |');
    await timed('take over from the catalog', () =>
      new EntityStore(db).replace(
        Array.from({ length: components }, (_, index) => {
          const name = `service-${String(index).padStart(5, '0')}`;
          const team = `group:default/team-${index % TEAMS}`;
          return {
            entityRef: `component:default/${name}`,
            owner: team,
            system: `system:default/system-${index % (TEAMS * 2)}`,
            facets: [
              'kind=component',
              'spec.type=service',
              `metadata.name=${name}`,
              `relations.ownedby=${team}`,
            ],
            entity: {
              apiVersion: 'backstage.io/v1alpha1',
              kind: 'Component',
              metadata: { name },
            },
            hash: name,
            work: all.map(({ name: collector }) => ({
              collector,
              sources: [collector],
            })),
          };
        }),
      ),
    );
    await timed('evidence, written by the bench', () => seedEvidence(db, all));
    await db.raw('vacuum analyze');
    const grading = new GradingStore(db);
    const gradeAll = async (revision: number) => {
      let graded = GRADING_BATCH;
      while (graded === GRADING_BATCH) {
        graded = await grading.gradeOutdated(
          { revision, checks },
          GRADING_BATCH,
        );
      }
    };
    await timed('first grades', () => gradeAll(1));
    await timed('all anew, nothing changed', () => gradeAll(2));
    await db.raw('vacuum analyze');
    await lists(db);
  } finally {
    await db.destroy();
    await admin.raw('drop database ??', [database]);
    await admin.destroy();
  }
}

main().catch(error => {
  process.stderr.write(`${error.stack}\n`);
  process.exitCode = 1;
});
