/**
 * On demand, since rows of days are recorded in steps of five minutes: burns the budget of a real SLO of a running sandbox
 * by a fault of the service kit (`fault.GET /search` makes product-search slow) and real searches, until Prometheus fires
 * and Alertmanager has opened an incident in the portal; then searches go on without the fault until it is closed. Prints
 * what was seen and when.
 *
 *     SHOPFLOOR_PORT_BASE=7000 KUBECONFIG=.sandbox/kubeconfig node packages/testing/src/drills/sloBurns.ts
 *
 * Exits with 1 when something did not come true. Deploys product-search twice, with the fault and without, and spends the
 * budget of `product-search-latency`. `KUBECTL` names a kubectl that is not on PATH.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { readPorts, signInToken } from '@shopfloor/sandbox';

const SLO = 'product-search-latency';
/** Share of slow answers that its widest row allows: 1 x (1 - 0.95) in three days. */
const ALLOWED = 0.05;
const AT_ONCE = 32;
const CALM_PER_SECOND = 25;
/** Above the 200 ms within which an answer is good. */
const SLOW_MILLISECONDS = 300;
const DEPLOYMENT = 'deployment/product-search-v1';
/** Fifteen minutes: five of the recorded sums, one of a slow group, one of Alertmanager's groups, and time to spare. */
const DEADLINE_MILLISECONDS = 900_000;
const LOOK_MILLISECONDS = 2_000;

const ports = readPorts(process.env);
const prometheusUrl = `http://127.0.0.1:${ports.prometheus}`;
const portalUrl = `http://localhost:${ports.portal}`;
const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
const startedAt = Date.now();
const exec = promisify(execFile);

interface Incident {
  title: string;
  severity: string;
  openedAt: string;
  closedAt?: string;
}

function say(what: string): void {
  const seconds = Math.round((Date.now() - startedAt) / 1000);
  process.stdout.write(`${String(seconds).padStart(5)} s  ${what}\n`);
}

function pause(milliseconds: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, milliseconds));
}

/** One search through the gateway for a text that no cache has; how it ended does not matter, Prometheus counts it. */
function search(): Promise<void> {
  const text = Math.random().toString(36).slice(2, 5);
  return new Promise(resolve => {
    const sent = request(
      {
        host: '127.0.0.1',
        port: ports.gateway,
        path: `/api/search?q=${text}`,
        headers: { host: `production.shop.localhost:${ports.gateway}` },
        agent,
        timeout: 15_000,
      },
      answer => {
        answer.resume();
        answer.once('close', () => resolve());
      },
    );
    sent.once('timeout', () => sent.destroy());
    sent.once('error', () => resolve());
    sent.end();
  });
}

async function ask(query: string): Promise<Array<Record<string, any>>> {
  const response = await fetch(
    `${prometheusUrl}/api/v1/query?query=${encodeURIComponent(query)}`,
  );
  const { data } = (await response.json()) as any;
  return data.result;
}

/** Slow and all answers of the last six hours, counted from the requests themselves and not from what rules recorded. */
async function counts(): Promise<{ bad: number; total: number }> {
  const events = async (selector: string) => {
    const [sample] = await ask(`sum(sum_over_time(${selector}[6h])) * 5`);
    return Number(sample?.value[1] ?? 0);
  };
  const of = 'environment="production",destination="product-search"';
  const name = 'shopfloor:request_duration_milliseconds';
  const total = await events(`${name}_count:rate1m{${of}}`);
  const good = await events(`${name}_bucket:rate1m{${of},le=~"200([.]0)?"}`);
  return { bad: total - good, total };
}

async function firingRows(): Promise<string[]> {
  const alerts = await ask(
    `ALERTS{alertname="SloBurnsBudget",alertstate="firing",slo="${SLO}"}`,
  );
  return alerts.map(({ metric }) => `${metric.window} (${metric.severity})`);
}

async function incidents(authorization: string): Promise<Incident[]> {
  const response = await fetch(`${portalUrl}/api/audit/incidents?limit=50`, {
    headers: { authorization },
  });
  if (!response.ok) {
    throw new Error(`The portal answers ${response.status} about incidents`);
  }
  const { items } = (await response.json()) as { items: Incident[] };
  return items.filter(
    ({ title, openedAt }) =>
      title.startsWith(SLO) && Date.parse(openedAt) >= startedAt - 60_000,
  );
}

async function kubectl(...args: string[]): Promise<void> {
  await exec(process.env.KUBECTL ?? 'kubectl', ['-n', 'production', ...args]);
}

/** Deploys product-search with these variables; `NAME-` takes one away. */
async function deploy(...variables: string[]): Promise<void> {
  await kubectl('set', 'env', DEPLOYMENT, ...variables);
  await kubectl('rollout', 'status', DEPLOYMENT, '--timeout=180s');
}

/** Product-search is slow while something goes on, by a flag that is there and then gone. */
async function whileSlow<T>(go: () => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'shopfloor-drill-'));
  const file = join(folder, 'flags.yaml');
  const fault = JSON.stringify({ latencyMs: SLOW_MILLISECONDS });
  await writeFile(file, `flags: { "fault.GET /search": ${fault} }\n`);
  try {
    await deploy('FAULTS_ENABLED=true', `FLAGS_FILE=${file}`);
    say(`product-search takes ${SLOW_MILLISECONDS} ms longer`);
    return await go();
  } finally {
    // At once by the flag, and for good by the next rollout.
    await writeFile(file, 'flags: {}\n');
    await deploy('FAULTS_ENABLED-', 'FLAGS_FILE-');
    await rm(folder, { recursive: true });
    say('product-search is as it was');
  }
}

/** Looks again until there is something; what does not answer may be restarting. */
async function until<T>(
  what: string,
  look: () => Promise<T | undefined>,
): Promise<T> {
  const deadline = Date.now() + DEADLINE_MILLISECONDS;
  for (;;) {
    let failure: unknown;
    try {
      const found = await look();
      if (found !== undefined) {
        return found;
      }
    } catch (error) {
      failure = error;
    }
    if (Date.now() > deadline) {
      throw new Error(`${what} did not come true in 15 min`, {
        cause: failure,
      });
    }
    await pause(LOOK_MILLISECONDS);
  }
}

/** Shops while something is waited for. */
async function whileShopping<T>(
  shop: () => Promise<void>,
  wait: () => Promise<T>,
): Promise<T> {
  let going = true;
  const shopping = (async () => {
    while (going) {
      await shop();
    }
  })();
  try {
    return await wait();
  } finally {
    going = false;
    await shopping;
  }
}

async function run(): Promise<void> {
  const token = await signInToken({ user: 'emil.haddad', portalUrl });
  const authorization = `Bearer ${token}`;
  const already = await firingRows();
  if (already.length > 0) {
    throw new Error(`${SLO} burns already: ${already.join(', ')}`);
  }
  const before = await counts();
  say(`${SLO}: ${share(before)} are slow`);
  const burnt = await whileSlow(() =>
    whileShopping(
      async () => {
        await Promise.all(Array.from({ length: AT_ONCE }, search));
      },
      () =>
        until('A budget that burns', async () => {
          const now = await counts();
          return now.bad > 1.2 * ALLOWED * now.total ? now : undefined;
        }),
    ),
  );
  say(`${share(burnt)} are slow`);
  const rows = await until('An alert', async () => {
    const firing = await firingRows();
    return firing.length > 0 ? firing : undefined;
  });
  say(`Prometheus fires: ${rows.join(', ')}`);
  const opened = await until('An incident', async () =>
    (await incidents(authorization)).find(({ closedAt }) => !closedAt),
  );
  say(`The portal has an incident (${opened.severity}): ${opened.title}`);
  const closed = await whileShopping(
    async () => {
      await Promise.all([search(), search()]);
      await pause(2_000 / CALM_PER_SECOND);
    },
    () =>
      until('An incident that is over', async () =>
        (await incidents(authorization)).find(
          ({ openedAt, closedAt }) => openedAt === opened.openedAt && closedAt,
        ),
      ),
  );
  const restore =
    (Date.parse(closed.closedAt!) - Date.parse(closed.openedAt)) / 1000;
  say(`${share(await counts())} are slow; the incident is closed`);
  say(`Time to restore: ${Math.round(restore)} s`);
}

function share({ bad, total }: { bad: number; total: number }): string {
  return `${Math.round(bad)} of ${Math.round(total)} answers`;
}

try {
  await run();
} catch (error) {
  const { message, cause } = error as Error;
  say(`Failed: ${message}${cause ? ` (${cause})` : ''}`);
  process.exitCode = 1;
} finally {
  agent.destroy();
}
