/**
 * Scorecards of 10,000 components: how long a round of grading takes from results that are at hand, and how fast lists
 * answer. Needs SHOPFLOOR_TEST_POSTGRES_URL, a scratch PostgreSQL:
 *
 *   node --require ./node_modules/@backstage/cli-node/config/nodeTransform.cjs bench/scorecards/run.ts --components 10000
 *
 * The scorecards are those of platform/scorecards, the results are made up by a seeded generator. Lists are asked over
 * HTTP of the plugin's own router by someone who owns a tenth, so that conditions are part of every query.
 */
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { AddressInfo } from 'node:net';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Entity } from '@backstage/catalog-model';
import {
  parseScorecards,
  ScorecardDefinition,
} from '@shopfloor/plugin-scorecards-common';
import express from 'express';
import knexFactory, { Knex } from 'knex';
import { GradeAccess } from '../../plugins/scorecards-backend/src/access/GradeAccess';
import { checkTitles } from '../../plugins/scorecards-backend/src/announce/checkTitles';
import { CheckFact } from '../../plugins/scorecards-backend/src/facts/CheckFacts';
import { GradingRound } from '../../plugins/scorecards-backend/src/grading/GradingRound';
import { createRouter } from '../../plugins/scorecards-backend/src/router';
import { ScorecardReader } from '../../plugins/scorecards-backend/src/service/ScorecardReader';
import { WaiverService } from '../../plugins/scorecards-backend/src/service/WaiverService';
import { DefinitionStore } from '../../plugins/scorecards-backend/src/store/DefinitionStore';
import { EntityStore } from '../../plugins/scorecards-backend/src/store/EntityStore';
import { GradeQueries } from '../../plugins/scorecards-backend/src/store/GradeQueries';
import { GradeStore } from '../../plugins/scorecards-backend/src/store/GradeStore';
import { NarrowedGrades } from '../../plugins/scorecards-backend/src/store/NarrowedGrades';
import { WaiverStore } from '../../plugins/scorecards-backend/src/store/WaiverStore';
import { PermissionedApprovals } from '../../plugins/scorecards-backend/src/waivers/PermissionedApprovals';

const TEAMS = 40;
const root = join(__dirname, '../..');

const { values } = parseArgs({
  options: {
    components: { type: 'string', default: '10000' },
    requests: { type: 'string', default: '300' },
  },
});
const components = Number(values.components);

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

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function definitionFiles() {
  const folder = join(root, 'platform/scorecards');
  return readdirSync(folder)
    .filter(file => file.endsWith('.yaml'))
    .map(file => ({
      file,
      ...parseScorecards(readFileSync(join(folder, file), 'utf8'), { file }),
    }));
}

function catalog(): Entity[] {
  const entity = (
    kind: string,
    name: string,
    relations: Entity['relations'],
    spec = {},
  ): Entity => ({
    apiVersion: 'backstage.io/v1alpha1',
    kind,
    metadata: { name, namespace: 'default', description: `The ${name}` },
    spec,
    relations,
  });
  const teams = Array.from({ length: TEAMS }, (_, index) =>
    entity('Group', `team-${index}`, [
      { type: 'childOf', targetRef: 'group:default/company' },
    ]),
  );
  const systems = Array.from({ length: TEAMS * 2 }, (_, index) =>
    entity('System', `system-${index}`, [
      { type: 'partOf', targetRef: 'domain:default/commerce' },
    ]),
  );
  const services = Array.from({ length: components }, (_, index) =>
    entity(
      'Component',
      `service-${String(index).padStart(5, '0')}`,
      [
        { type: 'ownedBy', targetRef: `group:default/team-${index % TEAMS}` },
        {
          type: 'partOf',
          targetRef: `system:default/system-${index % (TEAMS * 2)}`,
        },
      ],
      { type: 'service', lifecycle: 'production' },
    ),
  );
  return [
    entity('Group', 'company', []),
    entity('Domain', 'commerce', []),
    ...teams,
    ...systems,
    ...services,
  ];
}

/** Results at hand: seven of ten pass, two fail, one is unknown; the share of `changed` is drawn anew. */
class HeldFacts {
  readonly #checks: string[];
  readonly #facts = new Map<string, CheckFact[]>();
  readonly #draw = generator(7);
  /** What the feed of changes says; absent: everything is to be read. */
  changed: string[] | undefined;

  constructor(checks: string[]) {
    this.#checks = checks;
  }

  drawAnew(entityRefs: string[], share: number): void {
    const staleAfter = new Date(Date.now() + 3_600_000).toISOString();
    const observedAt = new Date().toISOString();
    for (const entityRef of entityRefs) {
      if (!this.#facts.has(entityRef) || this.#draw() < share) {
        this.#facts.set(
          entityRef,
          this.#checks.map(check => {
            const drawn = this.#draw();
            let outcome: CheckFact['outcome'] = 'unknown';
            if (drawn < 0.9) {
              outcome = drawn < 0.7 ? 'pass' : 'fail';
            }
            return { check, outcome, staleAfter, observedAt };
          }),
        );
      }
    }
  }

  async changes() {
    return { cursor: '1', entityRefs: this.changed };
  }

  async listChecks() {
    return this.#checks.map(name => ({
      name,
      appliesTo: { kind: 'Component' },
    }));
  }

  async read({ entityRefs }: { entityRefs: string[] }) {
    return new Map(
      entityRefs.map(ref => [ref, this.#facts.get(ref) ?? []] as const),
    );
  }
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

/** Owns the first four teams; the catalog shows that person nothing else. */
const claims = [0, 1, 2, 3].map(team => `group:default/team-${team}`);
const owner = {
  result: 'CONDITIONAL',
  conditions: {
    rule: 'IS_ENTITY_OWNER',
    resourceType: 'catalog-entity',
    params: { claims },
  },
};

function accessOf(everything: boolean): GradeAccess {
  return new GradeAccess({
    permissions: {
      authorize: async (asked: unknown[]) =>
        asked.map(() => ({ result: 'ALLOW' })),
      authorizeConditional: async () => [
        { result: 'ALLOW' },
        everything ? { result: 'ALLOW' } : owner,
      ],
    } as never,
    permissionsRegistry: {
      getPermissionRuleset: () => ({ getRuleByName: () => undefined }),
    } as never,
    categories: async () => new Map(),
  });
}

async function lists(db: Knex, scorecards: ScorecardDefinition[]) {
  const definitions = new DefinitionStore(db);
  const queries = NarrowedGrades.create({
    queries: new GradeQueries(db),
    definitions,
  });
  const now = () => new Date();
  const app = express();
  for (const [path, everything] of [
    ['/all', true],
    ['/owner', false],
  ] as const) {
    const access = accessOf(everything);
    const waivers = new WaiverService({
      access,
      queries,
      store: new WaiverStore(db),
      approvals: new PermissionedApprovals({ access }),
      auditor: undefined as never,
      newId: randomUUID,
      now,
      titles: async () =>
        checkTitles((await definitions.status()).knownChecks ?? []),
    });
    const reader = new ScorecardReader({
      access,
      definitions,
      queries,
      grades: new GradeStore(db),
      waivers,
      now,
    });
    app.use(
      path,
      createRouter({
        httpAuth: {
          credentials: async () => ({
            principal: { type: 'user', userEntityRef: 'user:default/x' },
          }),
        } as never,
        reader,
        waivers,
        campaigns: undefined as never,
        badges: undefined as never,
      }),
    );
  }
  const server = app.listen(0, '127.0.0.1');
  await new Promise(resolve => server.once('listening', resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const draw = generator(11);
  const name = () => scorecards[Math.floor(draw() * scorecards.length)].name;
  const team = () => `group:default/team-${Math.floor(draw() * TEAMS)}`;
  const queriesOf: Record<string, () => string> = {
    'list, worst first': () => `/grades?scorecard=${name()}`,
    'list, page 100': () => `/grades?scorecard=${name()}&offset=5000`,
    'list of a team and state': () =>
      `/grades?scorecard=${name()}&owner=${team()}&state=failing`,
    'list by name': () =>
      `/grades?scorecard=${name()}&text=${Math.floor(draw() * 999)}`,
    'list of who fails a check': () =>
      `/grades?scorecard=production-readiness&check=readiness-probe&outcome=fail`,
    'scorecards with tallies': () => '/scorecards',
    'roll-up to teams': () => `/roll-ups?scorecard=${name()}&by=team`,
    'outcomes of checks': () => `/checks?scorecard=${name()}`,
  };
  try {
    say('\n| request | who | median | P95 |\n| --- | --- | --- | --- |');
    for (const [title, query] of Object.entries(queriesOf)) {
      for (const who of ['all', 'owner']) {
        const took: number[] = [];
        const requests = Math.ceil(Number(values.requests) / 2);
        for (let sent = 0; sent < requests; sent += 1) {
          const started = performance.now();
          const response = await fetch(`${base}/${who}${query()}`);
          await response.text();
          if (!response.ok) {
            throw new Error(`${title}: ${response.status}`);
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
  const database = `bench_scorecards_${process.pid}`;
  const admin = knexFactory({ client: 'pg', connection });
  await admin.raw('create database ??', [database]);
  const url = new URL(connection);
  url.pathname = `/${database}`;
  const db = knexFactory({ client: 'pg', connection: url.href });
  try {
    await db.migrate.latest({
      directory: join(root, 'plugins/scorecards-backend/migrations'),
    });
    const files = definitionFiles();
    const scorecards = files.flatMap(file =>
      file.definitions.map(({ definition }) => definition),
    );
    const definitions = new DefinitionStore(db);
    const entities = new EntityStore(db);
    const refs = Array.from(
      { length: components },
      (_, index) =>
        `component:default/service-${String(index).padStart(5, '0')}`,
    );
    const facts = new HeldFacts([
      ...new Set(
        scorecards.flatMap(({ checks }) => checks.map(({ check }) => check)),
      ),
    ]);
    facts.drawAnew(refs, 1);
    const round = new GradingRound({
      facts,
      definitions,
      entities,
      grades: new GradeStore(db),
      waivers: new WaiverStore(db),
      logger: { warn: say } as never,
      now: () => new Date(),
    });
    say(
      `${components} components, ${scorecards.length} scorecards; load average ${loadavg()[0].toFixed(1)}\n`,
    );
    say('| work | time | CPU of the portal |\n| --- | --- | --- |');
    await definitions.replace(files, new Date());
    const all = catalog();
    await timed('take over from the catalog', () => entities.replace(all));
    await timed('first grades', () => round.run());
    await timed('full re-evaluation, nothing changed', () => round.run());
    facts.changed = [];
    await timed('a round, the feed names none', () => round.run());
    facts.drawAnew(refs.slice(0, 100), 1);
    facts.changed = refs.slice(0, 100);
    await timed('a round, the feed names 100', () => round.run());
    facts.changed = undefined;
    facts.drawAnew(refs, 0.1);
    await timed('full re-evaluation, a tenth changed', () => round.run());
    for (const file of files) {
      for (const { definition } of file.definitions) {
        definition.states = { ok: 85, atRisk: 65 };
      }
    }
    await definitions.replace(files, new Date());
    await timed('full re-evaluation, every scorecard changed', () =>
      round.run(),
    );
    await db.raw('vacuum analyze');
    await lists(db, scorecards);
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
