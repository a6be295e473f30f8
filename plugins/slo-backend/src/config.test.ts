import { join, resolve } from 'path';
import { ConfigReader } from '@backstage/config';
import { ConfigSources } from '@backstage/config-loader';
import { JsonObject } from '@backstage/config';
import { readSloConfig } from './config';

const ROOT = resolve(__dirname, '../../..');

/** What the environment of a portal in production names for SLOs. */
const environment: Record<string, string | undefined> = {
  SHOPFLOOR_REPOSITORY_URL: 'https://git.shop.example/shopfloor',
  SHOPFLOOR_SLO_RULES: '/srv/prometheus/rules',
  SHOPFLOOR_ALERTMANAGER_URL: 'http://alertmanager:9093/',
  SHOPFLOOR_ALERTMANAGER_FOLDER: '/srv/alertmanager',
};

/** The files of production with these variables; all others are something. */
async function production(variables: Record<string, string | undefined>) {
  const config = await ConfigSources.toConfig(
    ConfigSources.default({
      rootDir: ROOT,
      argv: ['app-config.yaml', 'app-config.production.yaml'].flatMap(file => [
        '--config',
        join(ROOT, file),
      ]),
      env: {},
      substitutionFunc: async name =>
        name in variables ? variables[name] : 'something',
    }),
  );
  return readSloConfig(config);
}

const read = (slo: JsonObject) => readSloConfig(new ConfigReader({ slo }));

describe('the configuration of SLOs', () => {
  it('of production writes rules and routes to where the environment says', async () => {
    await expect(production(environment)).resolves.toMatchObject({
      rulesDirectory: '/srv/prometheus/rules',
      alertmanager: {
        url: 'http://alertmanager:9093',
        baseFile: '/srv/alertmanager/base.yml',
        file: '/srv/alertmanager/alertmanager.yml',
      },
      releasePolicy:
        'https://git.shop.example/shopfloor/platform/slo/release-policy.yaml',
      // No definition comes from the disk of the portal.
      fileRoots: [],
    });
  });

  it.each([
    ['SHOPFLOOR_SLO_RULES', 'slo.rules.directory'],
    ['SHOPFLOOR_ALERTMANAGER_URL', 'slo.alertmanager.url'],
    ['SHOPFLOOR_ALERTMANAGER_FOLDER', 'slo.alertmanager.baseFile'],
  ])('of production is refused without %s', async (variable, key) => {
    await expect(
      production({ ...environment, [variable]: undefined }),
    ).rejects.toThrow(key);
  });

  it('takes objects for a Prometheus Operator in place of files', () => {
    const operator = {
      directory: '/srv/manifests',
      namespace: 'monitoring',
      labels: { release: 'prometheus', 'shop.example/team': 'platform' },
    };
    expect(read({ operator })).toMatchObject({
      operator,
      rulesIntervalSeconds: 30,
    });
    expect(read({ operator: { ...operator, labels: {} } }).operator).toEqual({
      ...operator,
      labels: {},
    });
  });

  it.each<[string, JsonObject]>([
    [
      'slo.operator cannot stand beside slo.rules',
      {
        operator: { directory: '/a', namespace: 'b' },
        rules: { directory: '/c' },
      },
    ],
    [
      'slo.operator cannot stand beside slo.alertmanager',
      {
        operator: { directory: '/a', namespace: 'b' },
        alertmanager: { url: 'http://c', baseFile: '/d', file: '/e' },
      },
    ],
    ['slo.operator.namespace', { operator: { directory: '/a' } }],
    ['slo.operator.directory', { operator: { namespace: 'b' } }],
    [
      'slo.operator.labels: release',
      { operator: { directory: '/a', namespace: 'b', labels: { release: 1 } } },
    ],
    ['slo.rules.directory', { rules: { intervalSeconds: 10 } }],
    ['slo.evaluation.deadlineSeconds', { evaluation: { deadlineSeconds: 0 } }],
  ])('is refused, naming %s', (key, slo) => {
    expect(() => read(slo)).toThrow(key);
  });
});
