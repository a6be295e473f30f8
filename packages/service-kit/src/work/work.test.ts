import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { loadConfig } from '../config/defineConfig.ts';
import { databaseConfigSpec } from '../config/serviceConfig.ts';
import { type Database, PooledDatabase } from '../postgres/Database.ts';
import { migrateDatabase, revertDatabase } from '../postgres/migrate.ts';
import { TestDatabase } from '../testing/TestDatabase.ts';
import { until } from '../testing/eventually.ts';
import { testMaterials } from '../testing/testMaterials.ts';
import { Tracing } from '../tracing/Tracing.ts';
import { RepeatedWork, type RepeatedWorkOptions } from './RepeatedWork.ts';
import { LeaseLostError, WorkLease } from './WorkLease.ts';
import { workMigration } from './workMigration.ts';
import { WorkUnderway } from './WorkUnderway.ts';

const service = {
  name: 'things',
  version: '1',
  release: 'v1',
  environment: 'test',
  instance: 'i',
};

const write = (by: string) => ({
  name: `write_${by}`,
  text: `insert into counted (by) values ('${by}')`,
});

describe('work underway', () => {
  it('is waited for to the end, also what begins meanwhile', async () => {
    const underway = WorkUnderway.create();
    const first = Promise.withResolvers<void>();
    const second = Promise.withResolvers<void>();
    underway.add(first.promise.then(() => underway.add(second.promise)));
    expect(underway.size).toBe(1);
    let idle = false;
    const waiting = underway.idle().then(() => {
      idle = true;
    });
    first.resolve();
    await new Promise(resume => setImmediate(resume));
    expect(underway.size).toBe(1);
    expect(idle).toBe(false);
    second.resolve();
    await waiting;
    expect(underway.size).toBe(0);
  });
});

describe('repeated work', () => {
  let materials: ReturnType<typeof testMaterials>;
  let works: RepeatedWork[];

  beforeEach(() => {
    materials = testMaterials();
    works = [];
  });

  afterEach(() => Promise.all(works.map(work => work.close())));

  const create = (
    options: Pick<RepeatedWorkOptions, 'round'> & Partial<RepeatedWorkOptions>,
  ) => {
    const work = RepeatedWork.create({
      ...materials,
      name: 'sweep',
      intervalMs: 60_000,
      ...options,
    });
    works.push(work);
    return work;
  };
  const count = async (outcome: string) => {
    const metric =
      materials.metrics.registry.getSingleMetric('work_rounds_total')!;
    return (await metric.get()).values.find(
      ({ labels }) => labels.outcome === outcome,
    )?.value;
  };

  it('goes on at once while there is more, then waits, and is begun by a nudge', async () => {
    const left = [true, true, false];
    let rounds = 0;
    const work = create({
      round: async () => {
        rounds += 1;
        return left.shift() ?? false;
      },
    });
    work.start();
    work.start();
    await until(() => rounds === 3);
    await new Promise(setImmediate);
    expect(rounds).toBe(3);
    work.nudge();
    await until(() => rounds === 4);
    await until(async () => (await count('done')) === 4);
  });

  it('does one round at a time and does not lose a nudge that comes during one', async () => {
    const ends: (() => void)[] = [];
    let atOnce = 0;
    let most = 0;
    const work = create({
      round: async () => {
        atOnce += 1;
        most = Math.max(most, atOnce);
        await new Promise<void>(resolve => ends.push(resolve));
        atOnce -= 1;
      },
    });
    work.start();
    await until(() => ends.length === 1);
    work.nudge();
    work.nudge();
    ends[0]();
    await until(() => ends.length === 2);
    ends[1]();
    await until(() => atOnce === 0);
    expect([ends.length, most]).toEqual([2, 1]);
  });

  it('logs, counts and repeats what fails, and not faster for a nudge', async () => {
    let rounds = 0;
    const work = create({
      intervalMs: 1,
      round: async () => {
        rounds += 1;
        if (rounds === 1) {
          throw new Error('no luck');
        }
      },
    });
    work.start();
    await until(async () => (await count('failed')) === 1);
    expect(materials.lines.join()).toMatch(
      /"work":"sweep".*no luck|no luck.*"work":"sweep"/,
    );
    expect(rounds).toBe(1);
    await until(() => rounds > 1);
  });

  it('finishes the round in hand when closed, which its signal tells, and does no more', async () => {
    let began = 0;
    let ended = 0;
    const work = create({
      round: async signal => {
        began += 1;
        await once(signal, 'abort');
        await new Promise(setImmediate);
        ended += 1;
        return true;
      },
    });
    work.start();
    await until(() => began === 1);
    await work.close();
    work.nudge();
    await new Promise(setImmediate);
    expect([began, ended]).toEqual([1, 1]);
  });

  describe('under a lease', () => {
    let test: TestDatabase;
    let database: Database;
    let children: ChildProcess[];

    beforeAll(async () => {
      test = await TestDatabase.create();
      await migrateDatabase({
        connectionString: test.connectionString,
        lockName: 'work',
        migrations: [workMigration],
      });
      await test.query('create table counted (by text)');
    });

    beforeEach(async () => {
      children = [];
      database = PooledDatabase.create({
        ...materials,
        tracing: Tracing.create({ service }),
        config: loadConfig(databaseConfigSpec, {
          DATABASE_URL: test.connectionString,
        }),
        applicationName: 'test',
      });
      await test.query('truncate counted, work_leases');
    });

    afterEach(async () => {
      children.forEach(child => child.kill('SIGKILL'));
      await Promise.all(works.map(work => work.close()));
      works = [];
      await database.close();
    });

    afterAll(async () => {
      await revertDatabase({
        connectionString: test.connectionString,
        migrations: [workMigration],
      });
      await test.drop();
    });

    const lease = (seconds = 60) =>
      WorkLease.create({ database, name: 'count', seconds });
    const expire = () =>
      test.query(`update work_leases set expires_at = now()`);
    const written = async () =>
      (await test.query<{ by: string }>('select by from counted')).map(
        ({ by }) => by,
      );

    it('is done by one of many, and at once by another when that one closes', async () => {
      const by: string[] = [];
      const replica = (name: string) =>
        create({
          intervalMs: 20,
          lease: lease(),
          round: async () => {
            by.push(name);
          },
        });
      const first = replica('first');
      first.start();
      await until(() => by.length > 0);
      replica('second').start();
      await until(async () => (await count('elsewhere'))! > 2);
      expect(new Set(by)).toEqual(new Set(['first']));
      await first.close();
      await until(() => by.includes('second'));
    });

    it('never lets two of many take it in one term', async () => {
      for (let turn = 0; turn < 20; turn += 1) {
        await expire();
        const taken = await Promise.all(
          Array.from({ length: 8 }, () => lease().take()),
        );
        expect(taken.filter(Boolean)).toHaveLength(1);
      }
    });

    it('refuses what a holder writes after another took over, and lets it write until then', async () => {
      const late = lease();
      const next = lease();
      await late.take();
      await expire();
      // Over by the clock, but nobody has taken it.
      await late.fenced(tx => tx.query(write('late')));
      expect(await next.take()).toBe(true);
      await expect(late.fenced(tx => tx.query(write('late')))).rejects.toThrow(
        LeaseLostError,
      );
      await next.fenced(tx => tx.query(write('next')));
      expect(await written()).toEqual(['late', 'next']);
      // Whoever lost it and has it again is in another term; nothing of between is let through.
      await next.drop();
      expect(await late.take()).toBe(true);
      expect(await next.take()).toBe(false);
    });

    it('cannot be taken over while a fenced transaction runs', async () => {
      const late = lease();
      const next = lease();
      await late.take();
      await expire();
      let taken: Promise<boolean> | undefined;
      await late.fenced(async tx => {
        taken = next.take();
        await until(async () => {
          const waiting = await test.query(
            `select from pg_stat_activity
             where datname = current_database() and wait_event_type = 'Lock'`,
          );
          return waiting.length === 1;
        });
        await tx.query(write('late'));
      });
      expect(await taken).toBe(true);
      expect(await written()).toEqual(['late']);
    });

    it('goes on elsewhere when its holder is killed', async () => {
      const child = spawn(
        process.execPath,
        [
          '--no-warnings',
          path.join(import.meta.dirname, 'testing/holdLease.ts'),
        ],
        {
          env: { ...process.env, DATABASE_URL: test.connectionString },
          stdio: 'ignore',
        },
      );
      children.push(child);
      await until(async () => (await written()).includes('child'));
      const mine = create({
        intervalMs: 20,
        lease: lease(),
        round: () => database.query(write('parent')).then(() => false),
      });
      mine.start();
      await until(async () => (await count('elsewhere'))! > 2);
      expect(await written()).not.toContain('parent');
      child.kill('SIGKILL');
      await once(child, 'exit');
      await until(async () => (await written()).includes('parent'));
    });
  });
});
