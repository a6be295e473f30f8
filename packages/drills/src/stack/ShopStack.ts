import { mkdirSync } from 'node:fs';
import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import {
  grantEventLog,
  migrateEventLog,
} from '@shopfloor/service-kit/src/events/postgres/migrateEventLog.ts';
import {
  buildImage,
  declaredImages,
} from '@shopfloor/sandbox/src/deploy/images.ts';
import {
  planReleases,
  releaseNeeds,
  type Release,
  type ReleaseNeeds,
} from '@shopfloor/sandbox/src/deploy/render.ts';
import { makeShopSecret } from '@shopfloor/sandbox/src/deploy/shopSecrets.ts';
import { publicKeys } from '@shopfloor/sandbox/src/deploy/shopSettings.ts';
import { Databases } from './Databases.ts';
import { freePorts } from './freePorts.ts';
import { Mailbox } from './Mailbox.ts';
import { ServiceProcess } from './ServiceProcess.ts';
import { Tokens } from './Tokens.ts';

const run = promisify(execFile);
const repoRoot = resolve(import.meta.dirname, '../../../..');

/** Options of {@link ShopStack}. */
export interface ShopStackOptions {
  /** Superuser of a scratch PostgreSQL. */
  postgresUrl: string;
  /** Where bundles and logs go; bundles are reused while their sources stay. */
  workDir: string;
  /** Services to run; default all. */
  services?: readonly string[];
  /** Variables for every service. */
  env?: Record<string, string>;
  /** Variables by service. */
  serviceEnv?: Record<string, Record<string, string>>;
}

interface Planned {
  release: Release;
  needs: ReleaseNeeds;
  port: number;
}

/**
 * The whole shop as plain processes on one PostgreSQL, without the mesh: what drills break and benches load. Each service gets
 * what its chart values ask for, so this and the cluster stand on one source.
 */
export class ShopStack {
  readonly databases: Databases;
  readonly tokens: Tokens;
  readonly mailbox: Mailbox;
  readonly #services: Map<string, ServiceProcess>;

  static async start(options: ShopStackOptions): Promise<ShopStack> {
    const stack = await ShopStack.#prepare(options);
    try {
      await Promise.all(
        [...stack.#services.values()].map(service => service.start()),
      );
      return stack;
    } catch (error) {
      await stack.stop();
      throw error;
    }
  }

  private constructor(
    databases: Databases,
    tokens: Tokens,
    mailbox: Mailbox,
    services: Map<string, ServiceProcess>,
  ) {
    this.databases = databases;
    this.tokens = tokens;
    this.mailbox = mailbox;
    this.#services = services;
  }

  /** @throws Error when the stack has no such service */
  service(name: string): ServiceProcess {
    const found = this.#services.get(name);
    if (!found) throw new Error(`${name} is not part of this stack`);
    return found;
  }

  get services(): ServiceProcess[] {
    return [...this.#services.values()];
  }

  /** Ends every process and drops every database. */
  async stop(): Promise<void> {
    await Promise.all(this.services.map(service => service.stop()));
    await this.tokens.close();
    await this.mailbox.close();
    await this.databases.drop();
  }

  static async #prepare(options: ShopStackOptions): Promise<ShopStack> {
    const { workDir } = options;
    const imagesDir = join(workDir, 'images');
    const logsDir = join(workDir, 'logs');
    mkdirSync(logsDir, { recursive: true });
    const planned = await plan(options);
    await buildImages(planned, imagesDir);
    const databases = new Databases(options.postgresUrl);
    const eventLog = await databases.create('events');
    await migrateEventLog({ adminConnectionString: eventLog });
    const signingKey = await makeShopSecret('storefront-session/SIGNING_KEY');
    const secrets = new Map([['storefront-session/SIGNING_KEY', signingKey]]);
    const tokens = await Tokens.create(signingKey);
    const mailbox = await Mailbox.open();
    const addresses = Object.fromEntries(
      planned.map(({ release, port }) => [
        urlVariable(release.service),
        `http://127.0.0.1:${port}`,
      ]),
    );
    const services = await Promise.all(
      planned.map(async ({ release, needs, port }) => {
        const { service } = release;
        const [version] = needs.versions;
        const image = join(imagesDir, service, version.tag);
        const own = await databases.createFor(service);
        const env: Record<string, string> = {
          POD_NAME: `${service}-drill`,
          POD_NAMESPACE: 'drill',
          SERVICE_VERSION: version.name,
          LOG_LEVEL: 'info',
          DRAIN_DELAY_MS: '100',
          ...addresses,
          ...needs.config,
          ...version.env,
          ...settingsOf(needs, {
            SHOP_URL: addresses.STOREFRONT_URL,
            HOOKS_URL: addresses.PAYMENTS_URL,
            PAY_URL: addresses.TEST_PAYMENT_PROVIDER_URL,
            SESSION_JWKS: publicKeys(signingKey),
            AUTH_ISSUERS: tokens.issuer,
            SMTP_URL: mailbox.url,
          }),
        };
        if (needs.database.enabled) env.DATABASE_URL = own.url;
        if (needs.events.enabled) {
          await grantEventLog({
            adminConnectionString: eventLog,
            role: own.role,
            append: needs.events.append,
            consume: needs.events.consume,
          });
          env.EVENTS_DATABASE_URL = databases.as(own, eventLog);
        }
        for (const { name, secret, key } of needs.secretEnv) {
          const id = `${secret}/${key}`;
          if (!secrets.has(id)) secrets.set(id, await makeShopSecret(id));
          env[name] = secrets.get(id)!;
        }
        Object.assign(env, options.env, options.serviceEnv?.[service]);
        if (needs.migrations.enabled) {
          await run(process.execPath, ['migrate.js'], {
            cwd: image,
            env: { PATH: process.env.PATH, ...env, ...needs.migrations.env },
          });
        }
        return new ServiceProcess({
          name: service,
          image,
          port,
          env,
          logFile: join(logsDir, `${service}.log`),
        });
      }),
    );
    return new ShopStack(
      databases,
      tokens,
      mailbox,
      new Map(services.map(service => [service.name, service])),
    );
  }
}

async function plan(options: ShopStackOptions): Promise<Planned[]> {
  const releases = planReleases({
    repoRoot,
    environments: ['production'],
  }).filter(({ service }) => options.services?.includes(service) ?? true);
  const ports = await freePorts(releases.length);
  return Promise.all(
    releases.map(async (release, index) => ({
      release,
      needs: await releaseNeeds(repoRoot, release),
      port: ports[index],
    })),
  );
}

async function buildImages(
  planned: readonly Planned[],
  imagesDir: string,
): Promise<void> {
  for (const image of declaredImages(repoRoot)) {
    const wanted = planned.some(
      ({ release, needs }) =>
        release.service === image.service &&
        needs.versions[0].tag === image.version,
    );
    if (wanted) await buildImage({ repoRoot, imagesDir, image });
  }
}

/** What the ConfigMap `shop-settings` gives in the cluster; what a stack does not have is left to the service's default. */
function settingsOf(
  needs: ReleaseNeeds,
  settings: Record<string, string>,
): Record<string, string> {
  return Object.fromEntries(
    needs.settingsEnv.flatMap(({ name, key }) =>
      settings[key] ? [[name, settings[key]]] : [],
    ),
  );
}

function urlVariable(service: string): string {
  return `${service.toUpperCase().replaceAll('-', '_')}_URL`;
}
