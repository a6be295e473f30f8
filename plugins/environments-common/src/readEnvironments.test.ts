import { ConfigReader } from '@backstage/config';
import { JsonObject } from '@backstage/types';
import { readEnvironments, readEnvironmentSummaries } from './readEnvironments';

const clusters = [
  { name: 'sandbox', url: 'https://127.0.0.1:7443/', caData: 'Q0E=' },
];
const production = {
  name: 'production',
  title: 'Production',
  production: true,
  cluster: 'sandbox',
  namespace: 'shop',
  prometheus: { url: 'http://127.0.0.1:7090/', evaluationIntervalSeconds: 5 },
  vault: { mount: 'production' },
  gateway: { url: 'http://production.shop.localhost:8080' },
};
const staging = {
  name: 'staging',
  cluster: 'sandbox',
  prometheus: { url: 'http://127.0.0.1:7090' },
};
const read = (environments: JsonObject[], given: JsonObject[] = clusters) =>
  readEnvironments(
    new ConfigReader({ shopfloor: { clusters: given, environments } }),
  );

describe('readEnvironments', () => {
  it('reads everything, with defaults for what may be left out', () => {
    expect(read([production, staging])).toEqual([
      {
        ...production,
        namespace: 'shop',
        cluster: {
          name: 'sandbox',
          url: 'https://127.0.0.1:7443',
          caData: 'Q0E=',
        },
        prometheus: {
          url: 'http://127.0.0.1:7090',
          evaluationIntervalSeconds: 5,
        },
      },
      {
        name: 'staging',
        title: 'staging',
        production: false,
        namespace: 'staging',
        cluster: {
          name: 'sandbox',
          url: 'https://127.0.0.1:7443',
          caData: 'Q0E=',
        },
        prometheus: {
          url: 'http://127.0.0.1:7090',
          evaluationIntervalSeconds: 60,
        },
      },
    ]);
  });

  it.each<[string, JsonObject, string]>([
    [
      'an unknown cluster',
      { ...staging, cluster: 'moon' },
      "names cluster 'moon'",
    ],
    [
      'a name that no address can hold',
      { ...staging, name: 'Pro duction' },
      "'Pro duction' is not a name",
    ],
    ['no Prometheus', { ...staging, prometheus: {} }, 'prometheus.url'],
    [
      'an address of another kind',
      { ...staging, prometheus: { url: 'ftp://x' } },
      'is not an http(s) address',
    ],
    [
      'credentials in an address',
      { ...staging, gateway: { url: 'http://a:b@x' } },
      'must not carry credentials',
    ],
    [
      'an evaluation interval of nothing',
      {
        ...staging,
        prometheus: { url: 'http://x', evaluationIntervalSeconds: 0 },
      },
      'must be more than 0',
    ],
  ])('refuses %s and names the key', (_, environment, message) => {
    expect(() => read([environment])).toThrow(message);
  });

  it('refuses a name that is declared twice, and none at all', () => {
    expect(() => read([staging, staging])).toThrow(
      "shopfloor.environments declares 'staging' twice",
    );
    expect(() => read([staging], [...clusters, ...clusters])).toThrow(
      "shopfloor.clusters declares 'sandbox' twice",
    );
    expect(() => read([])).toThrow('declare at least one environment');
    expect(() => readEnvironments(new ConfigReader({}))).toThrow(
      'shopfloor.environments',
    );
  });
});

describe('readEnvironmentSummaries', () => {
  it('needs only what the browser may see', () => {
    expect(
      readEnvironmentSummaries(
        new ConfigReader({
          shopfloor: {
            environments: [
              {
                name: 'production',
                production: true,
                gateway: { url: 'http://shop.localhost/' },
              },
            ],
          },
        }),
      ),
    ).toEqual([
      {
        name: 'production',
        title: 'production',
        production: true,
        gateway: { url: 'http://shop.localhost' },
      },
    ]);
    expect(readEnvironmentSummaries(new ConfigReader({}))).toEqual([]);
  });
});
