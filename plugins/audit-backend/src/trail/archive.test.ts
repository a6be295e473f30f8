import { execFile } from 'node:child_process';
import { createPublicKey, generateKeyPairSync, randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { mockServices, TestDatabases } from '@backstage/backend-test-utils';
import { Knex } from 'knex';
import { codeOf, verifyCommand } from '../cli/verifyCommand';
import { migrationsDirectory } from '../store/database';
import { AnchorKeys } from './AnchorKeys';
import { FileAnchorStore } from './AnchorStore';
import { ArchiveLedger, withLedger } from './ArchiveLedger';
import { FileArchiveStore } from './ArchiveStore';
import { DatabaseTrailStore } from './DatabaseTrailStore';
import { TrailArchiver } from './TrailArchiver';
import { TrailKeeper } from './TrailKeeper';

jest.setTimeout(120_000);

const DAY_MS = 86_400_000;
const START = Date.parse('2026-01-01T00:00:00.000Z');
const { privateKey } = generateKeyPairSync('ed25519');
const KEY = privateKey.export({ format: 'der', type: 'pkcs8' });
const PUBLIC_KEY = createPublicKey(privateKey).export({
  format: 'pem',
  type: 'spki',
}) as string;

describe('archives of the trail', () => {
  const databases = TestDatabases.create({ ids: ['POSTGRES_18'] });
  const keys = AnchorKeys.create({
    signingKey: KEY.toString('base64'),
    formerPublicKeys: [],
  });
  let knex: Knex;
  let folder: string;
  let store: DatabaseTrailStore;
  let archives: FileArchiveStore;
  let anchors: { store: FileAnchorStore; keys: AnchorKeys };
  let keeper: TrailKeeper;
  let day: number;
  let acts: string[];
  let errors: string[];
  const now = () => new Date(START + day * DAY_MS);

  beforeEach(async () => {
    knex = await databases.init('POSTGRES_18');
    await knex.migrate.latest({ directory: migrationsDirectory });
    folder = await mkdtemp(join(tmpdir(), 'audit-archives-'));
    store = new DatabaseTrailStore(knex);
    archives = new FileArchiveStore({ directory: join(folder, 'archives') });
    anchors = {
      store: new FileAnchorStore({ directory: join(folder, 'anchors') }),
      keys,
    };
    day = 0;
    acts = [];
    errors = [];
    keeper = new TrailKeeper({
      store,
      anchors,
      archives,
      logger: mockServices.logger.mock(),
      now,
    });
    // One act a day, ten days long: entries 1 to 20.
    for (; day < 10; day += 1) {
      await act();
    }
    await keeper.anchor();
  });

  afterEach(async () => {
    await knex.destroy();
    await rm(folder, { recursive: true, force: true });
  });

  async function act(stream = 'traffic') {
    const actId = randomUUID();
    await store.begin(
      stream,
      { actId, action: 'route-change', actor: 'user:default/ada' },
      now(),
    );
    await store.end(stream, actId, { outcome: 'succeeded' }, now());
  }

  /** Keeps three days; parts of it may fail as if the process died there. */
  const run = async (
    parts: { archives?: object; ledger?: Partial<ArchiveLedger> } = {},
  ) => {
    const archiver = new TrailArchiver({
      anchors,
      archives: Object.assign(
        Object.create(archives),
        Object.fromEntries(
          ['streams', 'seals', 'write', 'seal', 'read'].map(name => [
            name,
            (archives as any)[name].bind(archives),
          ]),
        ),
        parts.archives,
      ),
      auditor: mockServices.auditor.mock({
        createEvent: async ({ meta }) => {
          const words = `${meta?.archivedStream} ${meta?.first}-${meta?.last}`;
          return {
            success: async () => void acts.push(`${words} done`),
            fail: async () => void acts.push(`${words} failed`),
          };
        },
      }),
      logger: {
        ...mockServices.logger.mock(),
        error: (text: string) => errors.push(text),
      } as never,
      withLedger: work =>
        withLedger(knex, ledger => work({ ...ledger, ...parts.ledger })),
      retentionDays: 3,
      store,
      now,
    });
    await archiver.run(new AbortController().signal);
  };
  const verify = async () =>
    (await keeper.verify()).streams.map(
      ({ stream, state, entries, archived, findings }) => [
        stream,
        state,
        entries,
        archived,
        ...findings.map(({ kind, sequence }) => `${kind} ${sequence}`),
      ],
    );
  const seen = async (look = keeper) => {
    const { items } = await store.archives({ limit: 10 });
    return look.lookAt(items);
  };
  const inDatabase = async () =>
    (await knex('audit_trail').orderBy('sequence').pluck('sequence')).map(
      Number,
    );
  const files = async () =>
    (await readdir(join(folder, 'archives', 'traffic'))).sort();
  const file = (name: string) => join(folder, 'archives', 'traffic', name);
  const FIRST = '000000000001-000000000014';

  it('take what is old enough, and the chain goes on behind them', async () => {
    // Day 10: what was written before day 7 is older than three days: entries 1 to 14.
    await run();
    expect(errors).toEqual([]);
    expect(acts).toEqual(['traffic 1-14 done']);
    expect(await inDatabase()).toEqual([15, 16, 17, 18, 19, 20]);
    expect(await files()).toEqual([`${FIRST}.jsonl.gz`, `${FIRST}.seal.json`]);
    expect(await verify()).toEqual([['traffic', 'intact', 20, 14]]);
    const [seal] = await archives.seals('traffic');
    expect(await seen()).toEqual([
      {
        stream: 'traffic',
        first: 1,
        last: 14,
        from: new Date(START).toISOString(),
        until: new Date(START + 6 * DAY_MS).toISOString(),
        sealedAt: now().toISOString(),
        state: 'sealed',
        file: `traffic/${FIRST}.jsonl.gz`,
        bytes: expect.any(Number),
        sha256: seal.sha256,
        keyId: seal.keyId,
      },
    ]);
    const options = { store, logger: mockServices.logger.mock(), now };
    for (const [parts, problem] of [
      [{ anchors }, 'no-folder'],
      [{ archives }, 'no-keys'],
    ] as const) {
      expect(
        await seen(new TrailKeeper({ ...options, ...parts })),
      ).toMatchObject([{ state: 'unknown', problem }]);
    }

    await run();
    expect(acts).toHaveLength(1);
    await act();
    await keeper.anchor();
    day += 5;
    await run();
    expect(await inDatabase()).toEqual([]);
    expect(await verify()).toEqual([['traffic', 'intact', 22, 22]]);
    await act();
    expect(await inDatabase()).toEqual([23, 24]);
    expect(await verify()).toEqual([['traffic', 'intact', 24, 22]]);
  });

  it('take nothing that no anchor vouches for', async () => {
    await rm(join(folder, 'anchors'), { recursive: true });
    await run();
    expect([await inDatabase(), acts]).toEqual([
      Array.from({ length: 20 }, (_, index) => index + 1),
      [],
    ]);
  });

  it.each<[string, Parameters<typeof run>[0], string[]]>([
    [
      'while it writes the file',
      {
        archives: {
          write: async () => {
            throw new Error('killed');
          },
        },
      },
      [],
    ],
    [
      'before it seals',
      {
        archives: {
          seal: async () => {
            throw new Error('killed');
          },
        },
      },
      [`${FIRST}.jsonl.gz`],
    ],
    [
      'before it deletes',
      {
        ledger: {
          remove: async () => {
            throw new Error('killed');
          },
        },
      },
      [`${FIRST}.jsonl.gz`, `${FIRST}.seal.json`],
    ],
  ])('lose nothing when the process ends %s', async (_, parts, left) => {
    await run(parts);
    expect(await inDatabase()).toHaveLength(20);
    expect(left.length === 0 ? [] : await files()).toEqual(left);
    expect((await verify())[0].slice(0, 3)).toEqual(['traffic', 'intact', 20]);
    // The next one is later, and would take more.
    day += 1;
    await run();
    expect(await verify()).toEqual([['traffic', 'intact', 20, 16]]);
    expect(await inDatabase()).toEqual([17, 18, 19, 20]);
    const names = await files();
    expect(names.filter(name => name.endsWith('.gz'))).toHaveLength(
      names.filter(name => name.endsWith('.seal.json')).length,
    );
  });

  it('are made by one process at a time', async () => {
    await withLedger(knex, async () => {
      await run();
    });
    expect(errors).toEqual([]);
    expect(await inDatabase()).toHaveLength(20);
    await run();
    expect(await inDatabase()).toHaveLength(6);
  });

  it('do not take a stream that is not whole, and say so', async () => {
    await knex.raw('alter table audit_trail disable trigger user');
    await knex('audit_trail').where({ sequence: 3 }).update({ hash: 'x' });
    await knex.raw('alter table audit_trail enable trigger user');
    await run();
    expect(errors).toEqual([
      expect.stringMatching(/traffic could not be archived: .*not whole/),
    ]);
    expect(acts).toEqual(['traffic 1-14 failed']);
    expect(await inDatabase()).toHaveLength(20);
  });

  it('do not replace what a seal does not hold any more', async () => {
    await run({
      ledger: {
        remove: async () => {
          throw new Error('killed');
        },
      },
    });
    await knex.raw('alter table audit_trail disable trigger user');
    await knex('audit_trail').where({ sequence: 3 }).update({ hash: 'x' });
    await knex.raw('alter table audit_trail enable trigger user');
    errors = [];
    await run();
    expect(errors).toEqual([
      expect.stringMatching(/not what the database has; nothing was deleted/),
    ]);
    expect(await inDatabase()).toHaveLength(20);
  });

  it('are the only way for an entry to leave', async () => {
    await run();
    for (const statement of [
      'delete from audit_trail where sequence = 15',
      'update audit_trail set sequence = 1 where sequence = 15',
      'delete from audit_archives',
      'update audit_archives set last = 20',
      'truncate audit_archives',
    ]) {
      await expect(knex.raw(statement)).rejects.toThrow('append-only');
    }
    // Whoever makes the row without the archive is found by the check.
    await knex('audit_archives').insert({
      stream: 'traffic',
      first: 15,
      last: 16,
      last_hash: (await knex('audit_trail').where({ sequence: 16 }).first())
        .hash,
      sealed_at: now(),
    });
    await knex('audit_trail').whereIn('sequence', [15, 16]).delete();
    expect(await verify()).toEqual([
      ['traffic', 'broken', 18, 16, 'missing-archive 15'],
    ]);
  });

  describe('when somebody is at the files', () => {
    beforeEach(() => run());

    it.each<[string, () => Promise<unknown>, string[], string]>([
      [
        'an archive that is gone',
        () => rm(file(`${FIRST}.jsonl.gz`)),
        ['missing-archive 1'],
        'missing no-file',
      ],
      [
        'an archive that is gone with its seal',
        async () => {
          await rm(file(`${FIRST}.jsonl.gz`));
          await rm(file(`${FIRST}.seal.json`));
        },
        ['missing-archive 1'],
        'missing no-seal',
      ],
      [
        'a file that is cut',
        async () => {
          const bytes = await readFile(file(`${FIRST}.jsonl.gz`));
          await writeFile(
            file(`${FIRST}.jsonl.gz`),
            bytes.subarray(0, bytes.length - 20),
          );
        },
        ['missing-archive 1'],
        // Only the check reads the entries.
        'sealed undefined',
      ],
      [
        'a seal that was changed',
        async () => {
          const seal = JSON.parse(
            await readFile(file(`${FIRST}.seal.json`), 'utf8'),
          );
          await writeFile(
            file(`${FIRST}.seal.json`),
            JSON.stringify({ ...seal, until: '2020-01-01T00:00:00.000Z' }),
          );
        },
        ['bad-archive 1'],
        'broken signature',
      ],
      [
        'a seal that is no seal',
        () => writeFile(file(`${FIRST}.seal.json`), '{'),
        ['bad-archive 1', 'bad-archive 1'],
        'broken signature',
      ],
    ])('the check shows %s', async (_, harm, findings, look) => {
      await harm();
      const [{ state: shown, problem }] = await seen();
      expect(`${shown} ${problem}`).toBe(look);
      const [[, state, , , ...found]] = await verify();
      expect([state, ...found]).toEqual(['broken', ...findings]);
    });

    it('the check shows a file whose entries were written anew', async () => {
      const [seal] = await archives.seals('traffic');
      const entries: any[] = [];
      await archives.read(seal, entry => entries.push(entry));
      entries[2].text = entries[2].text.replace('ada', 'ben');
      await archives.write(
        seal,
        (async function* all() {
          yield* entries;
        })(),
      );
      const [[, state, , , ...found]] = await verify();
      expect([state, ...found]).toEqual([
        'broken',
        'altered 3',
        'bad-archive 1',
      ]);
    });

    it('the check shows a database that was emptied', async () => {
      await knex.raw('alter table audit_trail disable trigger user');
      await knex('audit_trail').delete();
      await knex('audit_streams').delete();
      await knex.raw('alter table audit_archives disable trigger user');
      await knex('audit_archives').delete();
      expect(await verify()).toEqual([
        ['traffic', 'broken', 14, 14, 'truncated 15'],
      ]);
    });
  });

  describe('the command that checks', () => {
    const command = async (...args: string[]) => {
      const { rows } = await knex.raw('select current_database() as name');
      const url = new URL(process.env.SHOPFLOOR_TEST_POSTGRES_URL!);
      url.pathname = `/${rows[0].name}`;
      const said: string[] = [];
      const code = await verifyCommand({
        args,
        env: { AUDIT_DATABASE_URL: url.href },
        print: text => said.push(text),
        complain: text => said.push(text),
        now,
      });
      return { code, text: said.join('') };
    };
    let all: string[];

    beforeEach(async () => {
      await writeFile(join(folder, 'key.pem'), PUBLIC_KEY);
      all = [
        ...['--public-key', join(folder, 'key.pem')],
        ...['--anchors', join(folder, 'anchors')],
        ...['--archives', join(folder, 'archives')],
      ];
      await run();
    });

    it('ends with 0 when all is whole, and needs no private key for that', async () => {
      const { code, text } = await command(...all);
      expect(text).toMatch(
        /^traffic: intact, 20 entries, archived up to 14, vouched for up to 20 /m,
      );
      expect(code).toBe(0);
      await writeFile(
        join(folder, 'key.pem'),
        privateKey.export({ format: 'pem', type: 'pkcs8' }),
      );
      const refused = await command(...all);
      expect([refused.code, refused.text]).toEqual([
        2,
        expect.stringMatching(/is a private key; give the public one/),
      ]);
    });

    it('ends with 1 when something is broken, and says what', async () => {
      await rm(file(`${FIRST}.jsonl.gz`));
      const { code, text } = await command(...all);
      expect(code).toBe(1);
      expect(text).toMatch(/^ {2}missing-archive 1: It cannot be read/m);
      const { text: json } = await command(...all, '--json');
      expect(JSON.parse(json).streams[0].state).toBe('broken');
    });

    it.each([
      [
        'nothing vouches for it',
        () => all.slice(0, 2),
        /missing-archive|vouches/,
      ],
      [
        'the key is not there',
        () => ['--public-key', join(folder, 'none')],
        /ENOENT/,
      ],
      ['an option is unknown', () => [...all, '--what'], /--what/],
      ['no key is given', () => [], /Give a --public-key/],
    ])('does not end with 0 when %s', async (_, args, words) => {
      const { code, text } = await command(...args());
      expect(code).not.toBe(0);
      expect(text).toMatch(words);
    });

    it('cannot tell when there is nothing, or nothing vouches for a stream', () => {
      const of = (...states: string[]) =>
        codeOf({
          verifiedAt: '',
          streams: states.map(state => ({ state })) as never,
        });
      expect([
        of(),
        of('intact'),
        of('intact', 'unanchored'),
        of('unanchored', 'broken'),
      ]).toEqual([2, 0, 2, 1]);
    });

    it('starts as a program of its own', async () => {
      const { stdout } = await promisify(execFile)(process.execPath, [
        resolve(__dirname, '../../bin/audit-verify.cjs'),
        '--help',
      ]);
      expect(stdout).toMatch(/npm run audit:verify/);
    });
  });
});
