import { execFile } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { bundleService } from './bundleService.ts';

const run = promisify(execFile);

describe('bundling a service', () => {
  let repoRoot: string;
  const write = (file: string, text: string) => {
    const target = path.join(repoRoot, file);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, text);
  };
  const cart = (more: object = {}) =>
    bundleService({ repoRoot, service: 'cart', version: '1.0.0', ...more });
  const output = async (folder: string) =>
    (await run(process.execPath, [path.join(folder, 'server.js')])).stdout;

  beforeEach(() => {
    repoRoot = mkdtempSync(path.join(tmpdir(), 'shopfloor-bundles-'));
    write('package.json', '{"type":"module"}');
    write('services/cart/src/price.ts', 'export const price: number = 1;');
    write('services/cart/src/migrate.ts', 'console.log("migrated");');
    write(
      'services/cart/src/server.ts',
      "declare const __SHOPFLOOR_FEATURES__: string[];\nimport { price } from './price.ts';\nconsole.log(price, __SHOPFLOOR_FEATURES__.join());",
    );
  });

  afterEach(() => rmSync(repoRoot, { recursive: true, force: true }));

  it('makes whole programs that run below a package of ES modules', async () => {
    const { folder } = await cart({ features: ['gifts'] });
    expect(readdirSync(folder).sort()).toEqual([
      'migrate.js',
      'migrate.js.map',
      'package.json',
      'server.js',
      'server.js.map',
    ]);
    expect(await output(folder)).toBe('1 gifts\n');
  });

  it('gives the same folder for the same content, and another for another', async () => {
    const first = await cart();
    // Content decides, not time.
    write('services/cart/src/price.ts', 'export const price: number = 1;');
    expect(await cart()).toEqual(first);
    write('services/cart/src/price.ts', 'export const price: number = 2;');
    const second = await cart();
    expect(second.hash).not.toBe(first.hash);
    expect([await output(first.folder), await output(second.folder)]).toEqual([
      '1 \n',
      '2 \n',
    ]);
    write('services/cart/src/price.ts', 'export const price: number = 1;');
    // The list of sources is the same, so what was made before is found again.
    expect(await cart()).toEqual(first);
    expect((await cart({ features: ['gifts'] })).hash).not.toBe(first.hash);
    expect((await cart({ version: '1.0.1' })).hash).not.toBe(first.hash);
  });

  it('sees a source that is new', async () => {
    const first = await cart();
    write('services/cart/src/name.ts', 'export const name = "cup";');
    write(
      'services/cart/src/price.ts',
      "import { name } from './name.ts';\nexport const price = name;",
    );
    const second = await cart();
    expect(await output(second.folder)).toBe('cup \n');
    write('services/cart/src/name.ts', 'export const name = "pot";');
    const third = await cart();
    expect(await output(third.folder)).toBe('pot \n');
    expect(new Set([first.hash, second.hash, third.hash]).size).toBe(3);
  });

  it('may be asked by many at once', async () => {
    const all = await Promise.all(Array.from({ length: 4 }, () => cart()));
    expect(new Set(all.map(({ folder }) => folder)).size).toBe(1);
    expect(await output(all[0].folder)).toBe('1 \n');
    const left = readdirSync(path.dirname(all[0].folder));
    expect(left.filter(name => name.includes('.tmp'))).toEqual([]);
  });

  it('leaves nothing behind when it fails, and says why', async () => {
    write('services/cart/src/server.ts', "import './gone.ts';");
    await expect(cart()).rejects.toThrow(/gone/);
    const cache = path.join(repoRoot, 'node_modules/.cache/shopfloor-bundles');
    expect(readdirSync(cache)).toEqual([]);
  });

  it('drops what nobody took for a day once a newer one comes', async () => {
    const old = await cart();
    const used = await (async () => {
      write('services/cart/src/price.ts', 'export const price = 2;');
      return cart();
    })();
    const yesterday = new Date(Date.now() - 25 * 3_600_000);
    utimesSync(old.folder, yesterday, yesterday);
    write('services/cart/src/price.ts', 'export const price = 3;');
    const newest = await cart();
    const left = readdirSync(path.dirname(old.folder));
    expect(left).not.toContain(path.basename(old.folder));
    expect(left).toContain(path.basename(used.folder));
    expect(left).toContain(path.basename(newest.folder));
  });
});
