import { randomInt } from 'node:crypto';
import { loadConfig } from '@shopfloor/service-kit';
import { describeWithServer } from '@shopfloor/service-kit/src/testing/adapters/describeWithServer.ts';
import { until } from '@shopfloor/service-kit/src/testing/eventually.ts';
import { testMaterials } from '@shopfloor/service-kit/src/testing/testMaterials.ts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { storefrontConfigSpec } from '../config.ts';
import { ClientLimits } from './ClientLimits.ts';

const WRITES = 10;
const replicas: ClientLimits[] = [];

/** The limits of one replica, which count in this Redis Cluster. */
function replica(nodes: string): ClientLimits {
  const config = loadConfig(storefrontConfigSpec, {
    DATABASE_URL: 'postgresql://nobody@127.0.0.1:9/none',
    SESSION_SIGNING_KEY: '{}',
    TRUSTED_PROXY_HOPS: '1',
    RATE_LIMIT_WRITES: String(WRITES),
    CACHE_ADAPTER: 'redis',
    CACHE_REDIS_NODES: nodes,
    CACHE_REDIS_TIMEOUT_MS: '2000',
  });
  const { metrics } = testMaterials();
  const limits = ClientLimits.create({ config, metrics });
  replicas.push(limits);
  return limits;
}

/** An address that no other run of the test has. */
const newAddress = () =>
  `10.${randomInt(256)}.${randomInt(256)}.${randomInt(256)}`;

/** Whether one request of an address is let through. */
async function ask(limits: ClientLimits, address: string): Promise<boolean> {
  const request = {
    method: 'POST',
    headers: { 'x-forwarded-for': address },
    socket: { remoteAddress: '127.0.0.1' },
  } as unknown as FastifyRequest;
  const reply = { header: () => reply } as unknown as FastifyReply;
  try {
    await limits.take(request, reply);
    return true;
  } catch (error) {
    expect(error).toMatchObject({ code: 'too-many-requests' });
    return false;
  }
}

/** How many of so many requests of one address were let through. */
async function letThrough(
  limits: ClientLimits,
  address: string,
  times: number,
) {
  let passed = 0;
  for (let n = 0; n < times; n += 1) {
    if (await ask(limits, address)) passed += 1;
  }
  return passed;
}

/** What one replica counts is known to the other: both are connected. */
async function together(first: ClientLimits, second: ClientLimits) {
  await until(async () => {
    const address = newAddress();
    await letThrough(first, address, WRITES);
    return !(await ask(second, address));
  });
}

afterEach(async () => {
  await Promise.all(replicas.splice(0).map(limits => limits.close()));
});

describeWithServer('SHOPFLOOR_TEST_REDIS_NODES', 'Redis Cluster', () => {
  const nodes = process.env.SHOPFLOOR_TEST_REDIS_NODES!;

  it('counts a client together with the other replicas', async () => {
    const [first, second] = [replica(nodes), replica(nodes)];
    await together(first, second);
    const [address, other] = [newAddress(), newAddress()];
    const passed = await Promise.all([
      letThrough(first, address, WRITES),
      letThrough(second, address, WRITES),
    ]);
    expect(passed[0] + passed[1]).toBe(WRITES);
    expect(await ask(second, other)).toBe(true);
  });
});

describe('limits while Redis is away', () => {
  it('are counted by each replica on its own, and nobody is turned away for it', async () => {
    const [first, second] = [
      replica('127.0.0.1:9,127.0.0.1:10'),
      replica('127.0.0.1:9,127.0.0.1:10'),
    ];
    const address = newAddress();
    expect(await letThrough(first, address, WRITES + 5)).toBe(WRITES);
    expect(await letThrough(second, address, WRITES + 5)).toBe(WRITES);
  });
});
