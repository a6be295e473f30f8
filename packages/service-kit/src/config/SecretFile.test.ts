import {
  mkdtempSync,
  rmSync,
  writeFileSync,
  mkdirSync,
  chmodSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { Health } from '../health/Health.ts';
import { SecretFile } from './SecretFile.ts';

describe('a secret in a file', () => {
  let folder: string;
  let file: string;
  let lines: Array<{ level: number; msg: string }>;
  let secret: SecretFile;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'secret-'));
    file = path.join(folder, 'SMTP_URL');
    lines = [];
    writeFileSync(file, 'smtp://one');
    secret = SecretFile.create({
      name: 'SMTP_URL',
      value: 'smtp://one',
      file,
      parse: text => {
        if (!text.startsWith('smtp:')) {
          throw new Error(`no: ${text}`);
        }
      },
      logger: pino({}, { write: line => lines.push(JSON.parse(line)) }),
    });
  });
  afterEach(async () => {
    await secret.close();
    rmSync(folder, { recursive: true });
  });

  const words = () => lines.map(({ msg }) => msg);

  it('is followed while it is there', () => {
    secret.reload();
    expect([secret.current, words()]).toEqual(['smtp://one', []]);
    writeFileSync(file, 'smtp://two\n');
    secret.reload();
    expect([secret.current, words()]).toEqual([
      'smtp://two',
      ['The secret SMTP_URL has a new value'],
    ]);
  });

  it.each([
    ['taken away', () => rmSync(file)],
    ['emptied', () => writeFileSync(file, '\n')],
    [
      'taken away with its folder',
      () => rmSync(folder, { recursive: true, force: true }),
    ],
  ])('is lost when it is %s, said once, and found again', async (_, take) => {
    const health = new Health({ reuseMs: 0 });
    health.addCheck(secret.check);
    health.markStarted();
    expect((await health.ready()).ok).toBe(true);
    take();
    secret.reload();
    secret.reload();
    expect(secret.current).toBeUndefined();
    expect(await health.ready()).toEqual({
      ok: false,
      checks: {
        'secret SMTP_URL': `lost: ${file} is gone, and the grant with it`,
      },
    });
    // The process itself is well: nobody is to end it.
    expect(health.live().ok).toBe(true);
    expect(lines.map(({ level }) => level)).toEqual([50]);
    expect(words()[0]).toContain('The secret SMTP_URL is lost');
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, 'smtp://three');
    secret.reload();
    expect([secret.current, (await health.ready()).ok]).toEqual([
      'smtp://three',
      true,
    ]);
  });

  it('stays what it was when the file holds nonsense or cannot be read, whose text is never logged', () => {
    writeFileSync(file, 'hunter2');
    secret.reload();
    secret.reload();
    expect([secret.current, words()]).toEqual([
      'smtp://one',
      [
        'The file of the secret SMTP_URL holds no value of it; what was known before stays in use',
      ],
    ]);
    rmSync(file);
    mkdirSync(file);
    chmodSync(file, 0o700);
    secret.reload();
    expect(secret.current).toBe('smtp://one');
    expect(JSON.stringify(lines)).not.toContain('hunter2');
  });

  it('that is a plain variable never changes', () => {
    const plain = SecretFile.create({
      name: 'SMTP_URL',
      value: 'smtp://one',
      logger: pino({ enabled: false }),
    });
    rmSync(file);
    plain.reload();
    expect(plain.current).toBe('smtp://one');
  });
});
