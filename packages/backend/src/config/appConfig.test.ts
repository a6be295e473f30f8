import { join } from 'node:path';
import { ConfigSources, loadConfigSchema } from '@backstage/config-loader';
import { JsonObject } from '@backstage/types';
import { readEnvironments } from '@shopfloor/plugin-environments-common';
import { repositoryRoot } from '@shopfloor/repository-reader';
import { findWeaknesses } from '../hardening/findWeaknesses';
import { assertFitToStart } from '../hardening/startupGuard';
import { isMailConnected } from '../mail/mailConnection';

jest.setTimeout(120_000);

const random = 'k7Qz2mX9vB4nR8tW1pL6sD3fG5hJ0yCa';
const sandbox: Record<string, string> = {
  SHOPFLOOR_REPOSITORY_URL: 'file:///repository',
  SHOPFLOOR_PORTAL_PORT: '7007',
  SHOPFLOOR_SECRETS_PORT: '7208',
  SHOPFLOOR_POSTGRES_PORT: '7032',
  SHOPFLOOR_PORTAL_DB_USER: 'portal',
  SHOPFLOOR_PORTAL_DB_PASSWORD: random,
  SHOPFLOOR_SESSION_SECRET: random,
  SHOPFLOOR_ALERTS_TOKEN: random,
  SHOPFLOOR_PIPELINE_TOKEN: random,
  SHOPFLOOR_AUDIT_ANCHORS: '/var/lib/shopfloor/anchors',
  SHOPFLOOR_AUDIT_ANCHOR_KEY: random,
  SHOPFLOOR_OIDC_METADATA_URL:
    'http://localhost:7010/.well-known/openid-configuration',
  SHOPFLOOR_OIDC_CLIENT_ID: 'portal',
  SHOPFLOOR_OIDC_CLIENT_SECRET: random,
  SHOPFLOOR_KUBERNETES_URL: 'https://127.0.0.1:7443',
  SHOPFLOOR_KUBERNETES_CA_DATA: 'Q0E=',
  SHOPFLOOR_KUBERNETES_READER_TOKEN: random,
  SHOPFLOOR_TRAFFIC_TOKEN: random,
  SHOPFLOOR_PROMETHEUS_URL: 'http://127.0.0.1:7090',
  SHOPFLOOR_ALERTMANAGER_URL: 'http://127.0.0.1:7093',
  SHOPFLOOR_ALERTMANAGER_FOLDER: '/var/lib/shopfloor/alertmanager',
  SHOPFLOOR_SMTP_HOST: '127.0.0.1',
  SHOPFLOOR_SMTP_PORT: '7025',
  SHOPFLOOR_MAIL_SENDER: 'portal@larkfield.example',
  SHOPFLOOR_VAULT_URL: 'http://127.0.0.1:7200',
  SHOPFLOOR_CHECKS_VAULT_TOKEN_FILE: '/tmp/checks-token',
  SHOPFLOOR_ISTIOD_MONITORING_URL: 'http://127.0.0.1:7113',
  SHOPFLOOR_ETCD_URL: 'http://127.0.0.1:7079',
  SHOPFLOOR_SLO_RULES: '/var/lib/shopfloor/prometheus/rules',
  SHOPFLOOR_GATEWAY_STATUS_URL: 'http://127.0.0.1:8082/healthz/ready',
  SHOPFLOOR_GATEWAY_PORT: '8080',
};
const production: Record<string, string> = {
  ...sandbox,
  SHOPFLOOR_REPOSITORY_URL: 'https://git.larkfield.example/shopfloor',
  SHOPFLOOR_PORTAL_URL: 'https://portal.larkfield.example',
  SHOPFLOOR_ORGANIZATION: 'Larkfield Market',
  SHOPFLOOR_POSTGRES_HOST: 'db.larkfield.example',
  SHOPFLOOR_OIDC_METADATA_URL:
    'https://id.larkfield.example/.well-known/openid-configuration',
  SHOPFLOOR_GATEWAY_URL: 'https://shop.larkfield.example',
  SHOPFLOOR_AUDIT_ARCHIVES: '/var/lib/shopfloor/archives',
  SHOPFLOOR_SECRETS_BACKEND_URL: 'http://secrets-backend:7008',
};

async function load(name: string, env: Record<string, string>) {
  const root = repositoryRoot();
  const argv = ['app-config.yaml', `app-config.${name}.yaml`].flatMap(file => [
    '--config',
    join(root, file),
  ]);
  const source = ConfigSources.default({
    rootDir: root,
    argv,
    env: {},
    substitutionFunc: async key => env[key],
  });
  const config = await ConfigSources.toConfig(source);
  return { config, data: config.get() };
}

describe('the configuration', () => {
  const schema = loadConfigSchema({
    dependencies: ['backend'],
    noUndeclaredProperties: false,
  });

  it.each([
    ['sandbox', sandbox],
    ['production', production],
  ])('of %s fits the schemas of all plugins', async (name, env) => {
    const { data } = await load(name, env);
    const loaded = await schema;
    expect(() =>
      loaded.process([{ data: data as JsonObject, context: name }]),
    ).not.toThrow();
  });

  it('of the sandbox names both environments and starts', async () => {
    const { config } = await load('sandbox', sandbox);
    expect(() => assertFitToStart(config)).not.toThrow();
    expect(
      readEnvironments(config).map(({ name, production: marked }) => [
        name,
        marked,
      ]),
    ).toEqual([
      ['production', true],
      ['staging', false],
    ]);
  });

  it('of production is hardened, and refuses what the sandbox is given', async () => {
    const hardened = await load('production', production);
    expect(hardened.config.getBoolean('shopfloor.hardened')).toBe(true);
    expect(findWeaknesses(hardened.config)).toEqual([]);
    const open = await load('production', { ...production, ...sandbox });
    expect(() => assertFitToStart(open.config)).toThrow(
      'metadataUrl must be the https address of your identity provider',
    );
  });

  it('mails notifications once the environment says how, in production encrypted, and starts without', async () => {
    const smtp = async (name: string, env: Record<string, string>) => {
      const { config } = await load(name, env);
      return (
        isMailConnected(config) &&
        config.get('notifications.processors.email.transportConfig')
      );
    };
    expect(await smtp('sandbox', sandbox)).toEqual({
      transport: 'smtp',
      hostname: '127.0.0.1',
      port: '7025',
    });
    expect(await smtp('production', production)).toMatchObject({
      requireTls: true,
    });
    const {
      SHOPFLOOR_SMTP_HOST: host,
      SHOPFLOOR_MAIL_SENDER: sender,
      ...unset
    } = production;
    expect(await smtp('production', unset)).toBe(false);
    await expect(
      smtp('production', { ...unset, SHOPFLOOR_SMTP_HOST: host }),
    ).rejects.toThrow('sender is missing');
    await expect(
      smtp('production', { ...unset, SHOPFLOOR_MAIL_SENDER: sender }),
    ).rejects.toThrow('hostname');
  });

  it('of production keeps the audit trail in the database for more than a year, and then in archives', async () => {
    const { config } = await load('production', production);
    expect(config.get('audit.retention')).toEqual({
      days: 400,
      directory: '/var/lib/shopfloor/archives',
    });
  });

  it('shows the browser what environments are called, and no address of a cluster', async () => {
    const { data } = await load('sandbox', sandbox);
    const [visible] = (await schema).process(
      [{ data: data as JsonObject, context: 'sandbox' }],
      { visibility: ['frontend'] },
    );
    const text = JSON.stringify(visible.data);
    expect(visible.data).toMatchObject({
      shopfloor: {
        environments: [
          { name: 'production', title: 'Production', production: true },
          { name: 'staging', title: 'Staging', production: false },
        ],
      },
    });
    expect(text).not.toContain(random);
    expect(text).not.toContain('7090');
    expect(text).not.toContain('7032');
  });
});
