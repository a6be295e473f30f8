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
import { freePorts } from '@shopfloor/service-kit/src/testing/freePorts.ts';
import { fewAtOnce } from './fewAtOnce.ts';
import { Mailbox } from './Mailbox.ts';
import { ServiceProcess } from './ServiceProcess.ts';
import { Tokens } from './Tokens.ts';
import { TraceCollector } from './TraceCollector.ts';

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
  serviceEnv?: Readonly<Record<string, Record<string, string>>>;
  /** Whether every request is traced, to {@link ShopStack.traces}. */
  traced?: boolean;
}

/** Makes another instance of a service, ready to be started. */
type MakeInstance = (
  service: string,
  version: string | undefined,
) => Promise<ServiceProcess>;

/** What every instance of a service is given. */
interface Recipe {
  needs: ReleaseNeeds;
  env: Record<string, string>;
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
  readonly #traces: TraceCollector | undefined;
  readonly #services: Map<string, ServiceProcess>;
  readonly #others: ServiceProcess[] = [];
  readonly #makeOther: MakeInstance;

  static async start(options: ShopStackOptions): Promise<ShopStack> {
    const stack = await ShopStack.#prepare(options);
    try {
      await fewAtOnce(stack.services, service => service.start());
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
    traces: TraceCollector | undefined,
    services: Map<string, ServiceProcess>,
    makeOther: MakeInstance,
  ) {
    this.databases = databases;
    this.tokens = tokens;
    this.mailbox = mailbox;
    this.#traces = traces;
    this.#services = services;
    this.#makeOther = makeOther;
  }

  /** @throws Error when the stack has no such service */
  service(name: string): ServiceProcess {
    const found = this.#services.get(name);
    if (!found) throw new Error(`${name} is not part of this stack`);
    return found;
  }

  /**
   * Starts another instance of a service beside the one that others call, on the same database; its schema is brought up to its
   * version. It is no part of {@link ShopStack.services}.
   *
   * @param version - such as `2.0.0`; absent: the one that is there
   */
  async addInstance(name: string, version?: string): Promise<ServiceProcess> {
    const other = await this.#makeOther(name, version);
    this.#others.push(other);
    await other.start();
    return other;
  }

  /** @throws Error when the stack is not traced */
  get traces(): TraceCollector {
    if (!this.#traces) throw new Error('This stack is not traced');
    return this.#traces;
  }

  get services(): ServiceProcess[] {
    return [...this.#services.values()];
  }

  /** Ends every process and drops every database. */
  async stop(): Promise<void> {
    await Promise.all(
      [...this.services, ...this.#others].map(service => service.stop()),
    );
    await this.tokens.close();
    await this.mailbox.close();
    await this.#traces?.close();
    await this.databases.drop();
  }

  static async #prepare(options: ShopStackOptions): Promise<ShopStack> {
    const { workDir } = options;
    const imagesDir = join(workDir, 'images');
    const logsDir = join(workDir, 'logs');
    mkdirSync(logsDir, { recursive: true });
    const planned = await plan(options);
    await buildImages(
      imagesDir,
      planned.map(({ release, needs }) => [
        release.service,
        needs.versions[0].tag,
      ]),
    );
    const databases = new Databases(options.postgresUrl);
    const eventLog = await databases.create('events');
    await migrateEventLog({ adminConnectionString: eventLog });
    const signingKey = await makeShopSecret('storefront-session/SIGNING_KEY');
    const secrets = new Map([['storefront-session/SIGNING_KEY', signingKey]]);
    const tokens = await Tokens.create(signingKey);
    const mailbox = await Mailbox.open();
    const traces = options.traced ? await TraceCollector.listen() : undefined;
    const addresses: Record<string, string> = Object.fromEntries(
      planned.map(({ release, port }) => [
        urlVariable(release.service),
        `http://127.0.0.1:${port}`,
      ]),
    );
    // The sample provider in place of a real one, and its way back to us.
    addresses.PAYMENT_PROVIDER_URL = addresses.TEST_PAYMENT_PROVIDER_URL;
    addresses.MERCHANT_WEBHOOK_URL = `${addresses.PAYMENTS_URL}/webhooks/testpay`;
    const recipes = new Map<string, Recipe>();
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
          ...(traces && {
            OTEL_EXPORTER_OTLP_ENDPOINT: traces.endpoint,
            OTEL_TRACES_SAMPLER_ARG: '1',
          }),
          ...addresses,
          ...needs.config,
          ...version.env,
          ...settingsOf(needs, {
            SHOP_URL: addresses.STOREFRONT_URL,
            HOOKS_URL: addresses.PAYMENTS_URL,
            PAY_URL: addresses.TEST_PAYMENT_PROVIDER_URL,
            SESSION_JWKS: publicKeys(signingKey),
            AUTH_ISSUERS: tokens.issuer,
            SHOP_ISSUER_URL: tokens.issuer,
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
        recipes.set(service, { needs, env });
        await migrate({ needs, env }, image);
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
      traces,
      new Map(services.map(service => [service.name, service])),
      async (name, tag) => {
        const recipe = recipes.get(name);
        if (!recipe) throw new Error(`${name} is not part of this stack`);
        const { versions } = recipe.needs;
        const version = versions.find(one => one.tag === tag) ?? versions[0];
        const [port] = await freePorts(1);
        const image = join(imagesDir, name, tag ?? version.tag);
        await buildImages(imagesDir, [[name, tag ?? version.tag]]);
        const env = {
          ...recipe.env,
          ...version.env,
          SERVICE_VERSION: version.name,
          POD_NAME: `${name}-drill-${port}`,
        };
        await migrate({ ...recipe, env }, image);
        const logFile = join(logsDir, `${name}-${port}.log`);
        return new ServiceProcess({ name, image, port, env, logFile });
      },
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

/** Builds these images, each a service and a version. */
async function buildImages(
  imagesDir: string,
  wanted: readonly (readonly [service: string, version: string])[],
): Promise<void> {
  for (const image of declaredImages(repoRoot)) {
    if (
      wanted.some(
        ([service, version]) =>
          service === image.service && version === image.version,
      )
    ) {
      await buildImage({ repoRoot, imagesDir, image });
    }
  }
}

/** Brings the schema of a service up to the version of an image. */
async function migrate({ needs, env }: Recipe, image: string): Promise<void> {
  if (needs.migrations.enabled) {
    await run(process.execPath, ['migrate.js'], {
      cwd: image,
      env: { PATH: process.env.PATH, ...env, ...needs.migrations.env },
    });
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
