/**
 * What the inbound chain of the kit costs: CPU time of the server for each request, which says more than requests per second on a
 * machine that others use, too. Closed loop over 32 connections, each server a process of its own.
 *
 *     node bench/kit/inbound.mts [--seconds 4]
 *
 * SHOPFLOOR_TEST_POSTGRES_URL names a scratch server, for the storefront's sessions.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { parseArgs } from 'node:util';
import Fastify from 'fastify';
import { Pool } from 'undici';
import { RegoAccessPolicy } from '../../packages/service-kit/src/access/RegoAccessPolicy.ts';
import { loadConfig } from '../../packages/service-kit/src/config/defineConfig.ts';
import { serviceConfigSpec } from '../../packages/service-kit/src/config/serviceConfig.ts';
import { Health } from '../../packages/service-kit/src/health/Health.ts';
import { createServiceApp } from '../../packages/service-kit/src/http/createServiceApp.ts';
import { loadConfigSpec } from '../../packages/service-kit/src/load/loadConfig.ts';
import { createLogger } from '../../packages/service-kit/src/logging/createLogger.ts';
import { ServiceMetrics } from '../../packages/service-kit/src/metrics/ServiceMetrics.ts';
import { TestDatabase } from '../../packages/service-kit/src/testing/TestDatabase.ts';
import { TestIssuer } from '../../packages/service-kit/src/testing/TestIssuer.ts';
import { Tracing } from '../../packages/service-kit/src/tracing/Tracing.ts';
import { migrateStorefront } from '../../services/storefront/src/migrateStorefront.ts';
import { TestShop } from '../../services/storefront/src/testing/TestShop.ts';
import { startStorefront } from '../../services/storefront/src/testing/TestStorefront.ts';

const CONNECTIONS = 32;
const WARM_UP_SECONDS = 2;

type Mode = 'bare' | 'public' | 'shopper' | 'storefront';

interface Ready {
  port: number;
  path: string;
  headers: Record<string, string>;
}

const service = {
  name: 'bench',
  version: '1',
  release: 'v1',
  environment: 'bench',
  instance: 'bench',
};

async function serveKit(mode: 'public' | 'shopper'): Promise<Ready> {
  const logger = createLogger({ service, level: 'warn' });
  const issuer = await TestIssuer.create();
  const app = await createServiceApp({
    service,
    logger,
    config: loadConfig(serviceConfigSpec, {}),
    health: new Health(),
    metrics: ServiceMetrics.create(),
    tracing: Tracing.create({ service }),
    openApi: { title: 't', description: 'd', version: '1' },
    load: loadConfig(loadConfigSpec, {}),
    access: {
      verifier: issuer.verifier,
      policy: RegoAccessPolicy.create({ logger }),
      allowedCallers: [],
    },
  });
  app.get('/x', { config: { access: mode } }, async () => ({ ok: true }));
  await app.listen({ host: '127.0.0.1', port: 0 });
  return {
    port: (app.server.address() as { port: number }).port,
    path: '/x',
    headers: mode === 'shopper' ? await issuer.headers({ customer: '7' }) : {},
  };
}

async function serve(mode: Mode): Promise<Ready> {
  if (mode === 'bare') {
    const app = Fastify();
    app.get('/x', async () => ({ ok: true }));
    await app.listen({ host: '127.0.0.1', port: 0 });
    return {
      port: (app.server.address() as { port: number }).port,
      path: '/x',
      headers: {},
    };
  }
  if (mode !== 'storefront') {
    return serveKit(mode);
  }
  const database = await TestDatabase.create();
  process.on('message', message => {
    if (message === 'end') {
      void database.drop().then(() => process.exit(0));
    }
  });
  await migrateStorefront(database.connectionString);
  const shop = await TestShop.start();
  shop.answers('products', () => ({
    headers: { 'x-service-version': 'v1' },
    body: {
      slug: 'teapot',
      description: 'A pot for tea. '.repeat(150),
      variants: [],
    },
  }));
  const { client } = await startStorefront({
    shop,
    connectionString: database.connectionString,
    env: {
      RATE_LIMIT_READS: '100000000',
      LOAD_SHEDDING: 'true',
      ACCESS_LOG: 'errors',
    },
  });
  return {
    port: client.port,
    path: '/api/products/teapot',
    headers: { 'accept-encoding': 'gzip, br', 'x-forwarded-for': '10.0.0.1' },
  };
}

/** The next thing that a server says, after it was asked when there is a question. */
const hear = <T,>(child: ChildProcess, question?: string): Promise<T> =>
  new Promise((resolve, reject) => {
    child.once('message', answer => resolve(answer as T));
    child.once('exit', code => reject(new Error(`a server ended: ${code}`)));
    if (question !== undefined) {
      child.send(question);
    }
  });

async function load(
  pool: Pool,
  ready: Ready,
  seconds: number,
): Promise<number> {
  const end = performance.now() + seconds * 1000;
  let count = 0;
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      while (performance.now() < end) {
        const { statusCode, body } = await pool.request({
          method: 'GET',
          path: ready.path,
          headers: ready.headers,
        });
        await body.dump();
        if (statusCode !== 200) {
          throw new Error(`${ready.path} answered ${statusCode}`);
        }
        count += 1;
      }
    }),
  );
  return count;
}

if (process.send) {
  const ready = await serve(process.argv[2] as Mode);
  process.send(ready);
  process.on('message', message => {
    if (message === 'cpu') {
      const { user, system } = process.cpuUsage();
      process.send!(user + system);
    }
  });
} else {
  const { values } = parseArgs({
    options: { seconds: { type: 'string', default: '4' } },
  });
  for (const mode of ['bare', 'public', 'shopper', 'storefront'] as Mode[]) {
    const child = fork(import.meta.filename, [mode]);
    try {
      const ready = await hear<Ready>(child);
      const pool = new Pool(`http://127.0.0.1:${ready.port}`, {
        connections: CONNECTIONS,
        pipelining: 1,
      });
      await load(pool, ready, WARM_UP_SECONDS);
      const before = await hear<number>(child, 'cpu');
      const started = performance.now();
      const count = await load(pool, ready, Number(values.seconds));
      const elapsed = (performance.now() - started) / 1000;
      const cpu = (await hear<number>(child, 'cpu')) - before;
      console.log(
        `${mode.padEnd(11)} ${(cpu / count).toFixed(1).padStart(6)} µs CPU a request, ${Math.round((count / cpu) * 1e6)} a CPU second, ${Math.round(count / elapsed)}/s seen`,
      );
      await pool.destroy();
    } finally {
      if (mode === 'storefront' && child.connected) {
        child.send('end');
      } else {
        child.kill();
      }
    }
  }
}
