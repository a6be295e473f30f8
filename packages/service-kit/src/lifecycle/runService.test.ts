import { spawn, type ChildProcess } from 'node:child_process';
import { Agent, request } from 'node:http';
import path from 'node:path';
import { createInterface } from 'node:readline';

/** A service in a process of its own, as a kubelet runs it. */
const program = `
import { createServiceApp, createLogger, Health, loadConfig, runMain, runService,
  ServiceMetrics, serviceConfigSpec, Tracing } from ${JSON.stringify(
    path.resolve(import.meta.dirname, '../index.ts'),
  )};
runMain(async () => {
  const config = loadConfig(serviceConfigSpec, process.env);
  const service = { name: 'things', version: '1', release: 'v1', environment: 'test', instance: 'i' };
  const logger = createLogger({ service });
  const health = new Health();
  const app = await createServiceApp({ service, config, health, logger,
    metrics: ServiceMetrics.create(), tracing: Tracing.create({ service }),
    openApi: { title: 't', description: 'd', version: '1' } });
  app.get('/slow', { config: { access: 'public' } }, async () => { await new Promise(r => setTimeout(r, 300)); return { ok: true }; });
  app.get('/stuck', { config: { access: 'public' } }, async () => new Promise(() => {}));
  await runService({ app, config, health, logger, closeables: [
    { name: 'consumer', close: async () => { throw new Error('no'); } },
    new (class { name = 'pool'; async close() { logger.info(this.name + ' closed'); } })(),
  ] });
});
`;

interface Running {
  child: ChildProcess;
  port: number;
  messages: string[];
  exit: Promise<number | null>;
}

async function start(env: Record<string, string>): Promise<Running> {
  const child = spawn(
    process.execPath,
    ['--input-type=module-typescript', '--eval', program],
    { env: { PATH: process.env.PATH, PORT: '0', ...env }, stdio: 'pipe' },
  );
  const messages: string[] = [];
  const exit = new Promise<number | null>(resolve =>
    child.once('exit', resolve),
  );
  let errors = '';
  child.stderr!.on('data', chunk => {
    errors += chunk;
  });
  const port = await new Promise<number>((resolve, reject) => {
    createInterface({ input: child.stdout! }).on('line', line => {
      const { message } = JSON.parse(line) as { message: string };
      messages.push(message);
      const listening = /^Listening on .*:(\d+)$/.exec(message);
      if (listening) {
        resolve(Number(listening[1]));
      }
    });
    void exit.then(() => reject(new Error(`It ended: ${errors}`)));
  });
  return { child, port, messages, exit };
}

function get(
  port: number,
  url: string,
  agent?: Agent,
): Promise<{ status: number; connection: string | undefined }> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path: url, agent }, response => {
      response.resume();
      response.on('end', () =>
        resolve({
          status: response.statusCode!,
          connection: response.headers.connection,
        }),
      );
    })
      .on('error', reject)
      .end();
  });
}

describe('runService', () => {
  let running: Running | undefined;

  afterEach(() => {
    running?.child.kill('SIGKILL');
  });

  it('drains on SIGTERM: readiness off at once, running and late requests answered, connections let go, parts closed in order', async () => {
    running = await start({ DRAIN_DELAY_MS: '600' });
    const { child, port, messages, exit } = running;
    const agent = new Agent({ keepAlive: true });
    expect((await get(port, '/health/ready')).status).toBe(200);
    const slow = get(port, '/slow', agent);
    child.kill('SIGTERM');
    await expect(slow).resolves.toMatchObject({ status: 200 });
    expect((await get(port, '/health/ready')).status).toBe(503);
    expect((await get(port, '/health/live')).status).toBe(200);
    expect(await get(port, '/slow', agent)).toEqual({
      status: 200,
      connection: 'close',
    });
    expect(await exit).toBe(0);
    expect(messages.slice(-4)).toEqual([
      'Draining: readiness is off',
      'A part did not close',
      'pool closed',
      'Stopped',
    ]);
    agent.destroy();
  }, 30_000);

  it('ends anyway when a request never does', async () => {
    running = await start({ DRAIN_DELAY_MS: '10', DRAIN_TIMEOUT_MS: '300' });
    const { child, port, messages, exit } = running;
    const stuck = get(port, '/stuck').catch(() => 'cut');
    await get(port, '/health/live');
    child.kill('SIGTERM');
    expect(await exit).toBe(1);
    expect(await stuck).toBe('cut');
    expect(messages).toContain(
      'Drain timed out; remaining connections were cut',
    );
  }, 30_000);

  it('does not start with a configuration that is wrong, and tells all of it', async () => {
    await expect(start({ PORT: 'eighty', LOG_LEVEL: 'loud' })).rejects.toThrow(
      /It ended: The configuration is not usable:\n {2}- PORT must be a whole number, but is "eighty"\n {2}- LOG_LEVEL must be one of/,
    );
  }, 30_000);
});
