import { ConfigReader } from '@backstage/config';
import { DefaultEnvironmentsService } from '@shopfloor/plugin-environments-node';
import { createGrantEngine } from './createGrantEngine';

const base = {
  shopfloor: {
    clusters: [{ name: 'sandbox', url: 'https://127.0.0.1:1' }],
    environments: [
      {
        name: 'production',
        title: 'Production',
        production: true,
        cluster: 'sandbox',
        namespace: 'production',
        prometheus: { url: 'http://p', evaluationIntervalSeconds: 5 },
        vault: { mount: 'shop' },
      },
    ],
  },
};
const vault = {
  address: 'http://127.0.0.1:1',
  auth: { appRole: { roleIdFile: '/r', secretIdFile: '/s' } },
};
const environments = [{ name: 'production' }];

const create = (secrets?: object) => {
  const config = new ConfigReader({
    ...base,
    ...(secrets && { secrets }),
  } as never);
  return createGrantEngine({
    config,
    environments: DefaultEnvironmentsService.fromConfig(config),
  });
};

describe('the engine that is configured', () => {
  it('is none without a Vault', () => {
    expect(create()).toBeUndefined();
    expect(create({ environments })).toBeUndefined();
  });

  it('contacts nobody until it is asked, and then says that Vault is away', async () => {
    const engine = create({ vault, environments })!;
    expect(await engine.health('production')).toMatchObject({
      status: 'away',
      uiUrl: 'http://127.0.0.1:1',
    });
    expect(await engine.health('staging')).toMatchObject({
      status: 'not-connected',
    });
    await expect(
      engine.metadata({
        environment: 'production',
        owner: 'component:default/orders',
      }),
    ).rejects.toMatchObject({
      name: 'ServiceUnavailableError',
      code: 'vault-not-connected',
      message: expect.stringContaining('cannot be read'),
    });
  });

  it.each<[string, object, string]>([
    [
      'a proof without end',
      { proof: { timeoutSeconds: 600 } },
      'from 1 to 120',
    ],
    ['no time for a proof', { proof: { timeoutSeconds: 0 } }, 'from 1 to 120'],
    [
      'no way to log in',
      { vault: { ...vault, auth: {} } },
      'secrets.vault.auth needs exactly one of',
    ],
    [
      'an address that is none',
      { vault: { ...vault, address: 'vault' } },
      '"vault" is not an http address',
    ],
    [
      'an environment that there is not',
      { environments: [{ name: 'moon' }] },
      '"moon"',
    ],
  ])('is refused with %s', (_, change, words) => {
    expect(() => create({ vault, environments, ...change })).toThrow(words);
  });
});
