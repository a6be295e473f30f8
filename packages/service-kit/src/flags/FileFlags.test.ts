import { mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { until } from '../testing/eventually.ts';
import { testMaterials } from '../testing/testMaterials.ts';
import { loadConfig } from '../config/defineConfig.ts';
import { createFlags, flagsConfigSpec } from './createFlags.ts';
import { FileFlags } from './FileFlags.ts';
import {
  CONTRACT_FLAGS,
  describeFlagsContract,
} from './testing/flagsContract.ts';

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'flags-'));
  file = path.join(folder, 'flags.yaml');
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

const write = (flags: object) =>
  writeFile(
    file,
    JSON.stringify({
      flags: { ...flags, targeted: false },
      rules: { targeted: [{ when: { environment: 'staging' }, value: true }] },
    }),
  );

describeFlagsContract('file', {
  create: async () => {
    await write(CONTRACT_FLAGS);
    const { metrics, logger } = testMaterials();
    return createFlags({
      config: loadConfig(flagsConfigSpec, { FLAGS_FILE: file }),
      metrics,
      logger,
    });
  },
  turnOff: () => write({ ...CONTRACT_FLAGS, 'new-checkout': false }),
});

describe('FileFlags', () => {
  it('keeps the last good file when a new one is not valid, and reports it', async () => {
    await writeFile(file, 'flags:\n  fast: true\n');
    const { metrics, logger, lines } = testMaterials();
    const flags = await FileFlags.create({ file, metrics, logger });
    await writeFile(file, 'flags:\n  fast: false\n fast: [');
    await until(() => lines.join().includes('could not be read anew'));
    expect(await flags.boolean('fast', false)).toBe(true);
    expect(await metrics.registry.metrics()).toContain('flags_source_usable 0');
    await writeFile(file, 'flags:\n  fast: false\n');
    await until(async () => !(await flags.boolean('fast', true)));
    expect(await metrics.registry.metrics()).toContain('flags_source_usable 1');
    await flags.close();
  });

  it('follows a mount of Kubernetes, where a link is put in the place of another', async () => {
    const release = async (name: string, fast: boolean) => {
      await writeFile(path.join(folder, name), `flags: { fast: ${fast} }`);
      await symlink(path.join(folder, name), path.join(folder, 'next'));
      await rename(path.join(folder, 'next'), file);
    };
    await release('one', false);
    const { metrics, logger } = testMaterials();
    const flags = await FileFlags.create({ file, metrics, logger });
    await release('two', true);
    await until(() => flags.boolean('fast', false));
    expect(await flags.boolean('fast', false)).toBe(true);
    await flags.close();
  });

  it('does not start with a file that is absent or not valid', async () => {
    const { metrics, logger } = testMaterials();
    await expect(FileFlags.create({ file, metrics, logger })).rejects.toThrow(
      'cannot be read',
    );
    await writeFile(file, 'flag: {}');
    await expect(
      FileFlags.create({ file, ...testMaterials() }),
    ).rejects.toThrow('flag is not known; known: flags, rules');
  });

  it('says once in the log, and each time in metrics, that a type is wrong', async () => {
    await writeFile(file, 'flags: { limit: many }');
    const { metrics, logger, lines } = testMaterials();
    const flags = await FileFlags.create({ file, metrics, logger });
    await flags.number('limit', 1);
    await flags.number('limit', 1);
    expect(lines.filter(line => line.includes('another type'))).toHaveLength(1);
    expect(await metrics.registry.metrics()).toContain(
      'flags_problems_total{problem="type"} 2',
    );
    await flags.close();
  });
});
