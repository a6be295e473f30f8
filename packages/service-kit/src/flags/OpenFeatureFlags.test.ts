import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { InMemoryProvider } from '@openfeature/server-sdk';
import { loadConfig } from '../config/defineConfig.ts';
import { until } from '../testing/eventually.ts';
import { testMaterials } from '../testing/testMaterials.ts';
import { createFlags, flagsConfigSpec } from './createFlags.ts';
import type { Flags } from './Flags.ts';
import {
  CONTRACT_FLAGS,
  describeFlagsContract,
} from './testing/flagsContract.ts';

/** Until the provider has connected, answers are fallbacks. */
async function ready(flags: Flags): Promise<Flags> {
  await until(async () => (await flags.string('greeting', '')) === 'hello');
  return flags;
}

const constant = (value: unknown) => ({
  variants: { on: value },
  defaultVariant: 'on',
  disabled: false,
});

const inMemory = (flags: Record<string, unknown>) =>
  ({
    ...Object.fromEntries(
      Object.entries(flags).map(([name, value]) => [name, constant(value)]),
    ),
    targeted: {
      variants: { yes: true, no: false },
      defaultVariant: 'no',
      disabled: false,
      contextEvaluator: (context: { environment?: string }) =>
        context.environment === 'staging' ? 'yes' : 'no',
    },
  }) as never;

let provider: InMemoryProvider;

describeFlagsContract('OpenFeature, provider in memory', {
  create: async () => {
    provider = new InMemoryProvider(inMemory(CONTRACT_FLAGS));
    const { metrics, logger } = testMaterials();
    return ready(
      await createFlags({
        config: loadConfig(flagsConfigSpec, { FLAGS_ADAPTER: 'openfeature' }),
        provider,
        metrics,
        logger,
      }),
    );
  },
  turnOff: async () => {
    await provider.putConfiguration(
      inMemory({ ...CONTRACT_FLAGS, 'new-checkout': false }),
    );
  },
});

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'flagd-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

const flagdFile = (flags: Record<string, unknown>) =>
  writeFile(
    path.join(folder, 'flags.json'),
    JSON.stringify({
      flags: {
        ...Object.fromEntries(
          Object.entries(flags).map(([name, value]) => [
            name,
            { state: 'ENABLED', variants: { on: value }, defaultVariant: 'on' },
          ]),
        ),
        targeted: {
          state: 'ENABLED',
          variants: { yes: true, no: false },
          defaultVariant: 'no',
          targeting: {
            if: [{ '==': [{ var: 'environment' }, 'staging'] }, 'yes', 'no'],
          },
        },
      },
    }),
  );

describeFlagsContract('OpenFeature, flagd from a file', {
  create: async () => {
    await flagdFile(CONTRACT_FLAGS);
    const { metrics, logger } = testMaterials();
    return ready(
      await createFlags({
        config: loadConfig(flagsConfigSpec, {
          FLAGS_ADAPTER: 'openfeature',
          FLAGD_OFFLINE_FLAG_SOURCE_PATH: path.join(folder, 'flags.json'),
        }),
        metrics,
        logger,
      }),
    );
  },
  turnOff: () => flagdFile({ ...CONTRACT_FLAGS, 'new-checkout': false }),
});

describe('OpenFeatureFlags', () => {
  it('gives fallbacks while flagd is away, and says so', async () => {
    const { metrics, logger, lines } = testMaterials();
    const flags = await createFlags({
      config: loadConfig(flagsConfigSpec, {
        FLAGS_ADAPTER: 'openfeature',
        FLAGD_RESOLVER: 'rpc',
        FLAGD_HOST: '127.0.0.1',
        FLAGD_PORT: '9',
      }),
      metrics,
      logger,
    });
    expect(await flags.boolean('new-checkout', true)).toBe(true);
    expect(await flags.object('fault.inventory', {})).toEqual({});
    await until(() => lines.length > 0);
    expect(lines.join()).toMatch(/provider of flags/);
    await flags.close();
  });

  it('counts a wrong type, and not what is simply absent', async () => {
    const { metrics, logger, lines } = testMaterials();
    const flags = await ready(
      await createFlags({
        config: loadConfig(flagsConfigSpec, { FLAGS_ADAPTER: 'openfeature' }),
        provider: new InMemoryProvider(inMemory(CONTRACT_FLAGS)),
        metrics,
        logger,
      }),
    );
    await flags.number('absent', 1);
    expect(lines.join()).not.toContain('could not be evaluated');
    await flags.number('greeting', 1);
    await flags.number('greeting', 1);
    expect(
      lines.filter(line => line.includes('could not be evaluated')),
    ).toHaveLength(1);
    expect(await metrics.registry.metrics()).toContain(
      'flags_problems_total{problem="type"} 2',
    );
    await flags.close();
  });
});
