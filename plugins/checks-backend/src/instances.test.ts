import { mockServices, TestDatabases } from '@backstage/backend-test-utils';
import { SourceUnavailableError } from '@shopfloor/plugin-checks-node';
import { Knex } from 'knex';
import request from 'supertest';
import { CheckSets, evidenceTypes } from './definitions/CheckSets';
import { RuleLanguage } from './rules/RuleLanguage';
import { DefinitionStore } from './store/DefinitionStore';
import { WorkStore } from './store/WorkStore';
import { checkYaml } from './__testUtils__/checkYaml';
import { service, startChecks, TestWorld } from './__testUtils__/startChecks';
import { TestCollector } from './__testUtils__/TestCollector';
import { AuthorizeResult } from '@backstage/plugin-permission-common';

jest.setTimeout(120_000);

const ORDERS = 'component:default/orders';

/** Waits for a condition, at most 30 s. */
async function until(condition: () => boolean | Promise<boolean>) {
  const deadline = Date.now() + 30_000;
  while (!(await condition())) {
    if (Date.now() > deadline) {
      throw new Error('The condition did not come true within 30 s');
    }
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}

describe('several instances of the portal', () => {
  const databases = TestDatabases.create({ ids: ['POSTGRES_18'] });
  let knex: Knex;
  let alpha: TestCollector;
  let world: TestWorld;
  let stops: Array<() => Promise<void>>;

  beforeEach(async () => {
    knex = await databases.init('POSTGRES_18');
    alpha = new TestCollector('alpha');
    stops = [];
    world = {
      files: { 'replicas.yaml': checkYaml() },
      entities: [service('orders')],
      collectors: [alpha],
      decide: () => ({ result: AuthorizeResult.ALLOW }),
    };
    alpha.seen = { [ORDERS]: 2 };
  });

  afterEach(async () => {
    await Promise.all(stops.map(stop => stop()));
    await knex.destroy();
  });

  async function start() {
    const backend = await startChecks(knex, world);
    stops.push(backend.stop);
    const call = async (method: 'get' | 'post', path: string, body?: object) =>
      (await request(backend.server)[method](`/api/checks${path}`).send(body))
        .body;
    return { ...backend, call };
  }

  /** The stores of an instance that does not run, to play a process that hangs or dies. */
  async function bystander() {
    const definitions = new DefinitionStore(knex);
    const sets = new CheckSets({
      store: definitions,
      types: evidenceTypes([alpha]),
      language: await RuleLanguage.create(),
      logger: mockServices.logger.mock(),
    });
    return {
      work: new WorkStore({ db: knex, owner: 'bystander' }),
      set: (tx?: Knex) => sets.current(tx),
    };
  }

  it('share the work, and look at nothing twice', async () => {
    world.entities = Array.from({ length: 60 }, (_, n) => service(`s${n}`));
    alpha.gate = () => new Promise(resolve => setImmediate(resolve));
    const [one, two] = [await start(), await start()];
    await one.trigger('definitions');
    await one.trigger('discovery');
    await Promise.all([one.trigger('collection'), two.trigger('collection')]);
    expect(alpha.looks).toHaveLength(60);
    expect(new Set(alpha.looks).size).toBe(60);
    expect((await two.call('get', '/results')).outcomes.unknown).toBe(60);
  });

  it('takes over what a dead process held, and writes nothing of it when it was only slow', async () => {
    const { trigger, round, call } = await start();
    await trigger('definitions');
    await trigger('discovery');
    const slow = await bystander();
    const [lease] = await slow.work.claim({
      collector: 'alpha',
      limit: 10,
      leaseSeconds: 45,
    });
    expect(lease).toMatchObject({ entityRef: ORDERS, token: 1 });

    // Held: nobody else looks.
    await round();
    expect(alpha.looks).toEqual([]);
    await knex('checks_work').update({ lease_until: new Date(0) });
    await round();
    expect(alpha.looks).toEqual([ORDERS]);

    const late = { lease, collector: alpha, nextInSeconds: 60, set: slow.set };
    await expect(
      slow.work.complete({
        ...late,
        evidence: [
          {
            key: 'workload',
            source: 'alpha:main',
            references: [],
            value: { replicas: 0 },
          },
        ],
      }),
    ).resolves.toBe(false);
    await expect(
      slow.work.fail({ lease, failure: 'late', set: slow.set }),
    ).resolves.toBe(false);
    const { items } = await call('get', '/results');
    expect(items).toMatchObject([{ outcome: 'pass' }]);
    expect(await knex('checks_evidence')).toHaveLength(1);
    expect(await knex('checks_work')).toMatchObject([
      { failure: null, lease_token: '2' },
    ]);
  });

  it('keeps an older instance from undoing what one with newer definitions graded', async () => {
    const { round, call } = await start();
    await round();
    const old = await bystander();
    const outdated = await old.set();
    world.files['replicas.yaml'] = checkYaml({
      version: 2,
      pass: 'workload.replicas >= 3',
    });
    await round();
    const { GradingStore } = await import('./store/GradingStore');
    await expect(
      new GradingStore(knex).gradeOutdated(outdated, 100),
    ).resolves.toBe(0);
    expect((await call('get', '/results')).items).toMatchObject([
      { outcome: 'fail', checkVersion: 2 },
    ]);
  });

  it('runs what a person asks for now, shows how far it is, and goes on after a kill', async () => {
    world.entities.push(service('cart'));
    const first = await start();
    await first.round();
    alpha.looks.length = 0;
    await knex('checks_sources').insert({
      name: 'alpha:main',
      failures: 3,
      paused_until: new Date(Date.now() + 600_000),
    });

    const run = await first.call('post', '/runs', {
      entityRefs: ['orders', 'component:cart'],
    });
    expect(run).toMatchObject({
      createdBy: 'user:default/mock',
      progress: { waiting: 2, running: 0, done: 0, failed: 0 },
    });
    expect(run.finishedAt).toBeUndefined();

    // A process takes one of the two and is killed.
    const dead = await bystander();
    await dead.work.claim({ collector: 'alpha', limit: 1, leaseSeconds: 45 });
    expect((await first.call('get', `/runs/${run.id}`)).progress).toEqual({
      waiting: 1,
      running: 1,
      done: 0,
      failed: 0,
    });
    await first.trigger('collection');
    expect((await first.call('get', `/runs/${run.id}`)).progress).toEqual({
      waiting: 0,
      running: 1,
      done: 1,
      failed: 0,
    });

    await knex('checks_work').update({ lease_until: new Date(0) });
    alpha.gate = async () => {
      throw new SourceUnavailableError('alpha:main', 'no answer');
    };
    const second = await start();
    await second.trigger('collection');
    const ended = await second.call('get', `/runs/${run.id}`);
    expect(ended.progress).toEqual({
      waiting: 0,
      running: 0,
      done: 1,
      failed: 1,
    });
    expect(Date.parse(ended.finishedAt)).toBeGreaterThan(
      Date.parse(ended.createdAt),
    );
    expect(ended.items).toContainEqual(
      expect.objectContaining({ state: 'failed', failure: 'no answer' }),
    );
  });

  it('looks once more when a person asks while a look is under way', async () => {
    let answer: () => void = () => undefined;
    alpha.gate = () => new Promise(resolve => (answer = resolve));
    const { trigger, call } = await start();
    await trigger('definitions');
    await trigger('discovery');
    const working = trigger('collection');
    await until(() => alpha.looks.length === 1);
    const run = await call('post', '/runs', { entityRefs: ['orders'] });
    expect(run.progress.waiting).toBe(1);
    answer();
    await until(() => alpha.looks.length === 2);
    expect((await call('get', `/runs/${run.id}`)).progress).toMatchObject({
      running: 1,
      done: 0,
    });
    answer();
    await working;
    expect((await call('get', `/runs/${run.id}`)).progress).toMatchObject({
      running: 0,
      done: 1,
    });
  });
});
