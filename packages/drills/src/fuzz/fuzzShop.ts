import { newId } from '@shopfloor/service-kit/src/ids/newId.ts';
import { request } from 'undici';
import type { ShopStack, ShopStackOptions } from '../stack/ShopStack.ts';
import {
  fuzzApi,
  provideSchemathesis,
  type FuzzOutcome,
} from './schemathesis.ts';

/** Every role of the shop's staff. */
export const STAFF_ROLES = [
  'catalog-admin',
  'stock-admin',
  'care',
  'fulfilment-admin',
  'finance',
] as const;

const PROVIDER = 'test-payment-provider';
/** Whoever asks for erasure is nobody afterwards: it is asked by a customer of its own. */
const ERASURES = '^/me/erasures';
const STOREFRONT = 'storefront';
const EDGE_ERASURES = '^/api/me/erasures';

/** Fuzzing of one service as one kind of person. */
export interface FuzzResult extends FuzzOutcome {
  service: string;
  as: string;
  seconds: number;
}

/** What a stack is started with to be fuzzed: it refuses nobody for being many, and waits for a busy machine. */
export interface FuzzSettings extends Pick<
  ShopStackOptions,
  'env' | 'serviceEnv'
> {
  /** Secret key of the shop's account at the test provider. */
  merchantKey: string;
}

/** Makes the {@link FuzzSettings} of one run. */
export function fuzzSettings(): FuzzSettings {
  const merchantKey = `sk_test_${newId()}`;
  return {
    merchantKey,
    env: {
      LOAD_SHEDDING: 'false',
      REQUEST_TIMEOUT_MS: '50000',
      DATABASE_CONNECT_TIMEOUT_MS: '30000',
      DATABASE_STATEMENT_TIMEOUT_MS: '30000',
      ...Object.fromEntries(
        [
          'products',
          'product-search',
          'inventory',
          'cart',
          'customers',
          'orders',
          'payments',
          'payment-provider',
          'fulfilment',
          'messages',
        ].map(name => [
          `${name.toUpperCase().replaceAll('-', '_')}_TIMEOUT_MS`,
          '30000',
        ]),
      ),
    },
    serviceEnv: {
      storefront: {
        RATE_LIMIT_READS: '0',
        RATE_LIMIT_WRITES: '0',
        RATE_LIMIT_SESSIONS: '0',
      },
      payments: { PAYMENT_PROVIDER_API_KEY: merchantKey },
      [PROVIDER]: { MERCHANT_API_KEY: merchantKey },
    },
  };
}

/** Options of {@link fuzzShop}. */
export interface FuzzShopOptions {
  merchantKey: string;
  examples: number;
  seed: number;
  /** Default all. */
  services?: readonly string[];
  /** Told as each is done. */
  onResult(result: FuzzResult): void;
}

interface Job {
  service: string;
  url: string;
  as: string;
  headers: Record<string, string>;
  paths?: string;
  exceptPaths?: string;
}

/**
 * Fuzzes each service of a stack from its own OpenAPI document, as a customer and as staff with every role; two at a time, since
 * a generator and the services it asks keep one core busy.
 */
export async function fuzzShop(
  stack: ShopStack,
  options: FuzzShopOptions,
): Promise<void> {
  const program = await provideSchemathesis();
  const jobs = await planJobs(stack, options);
  const work = async () => {
    for (let job = jobs.shift(); job; job = jobs.shift()) {
      const { service, as, ...asked } = job;
      const { examples, seed } = options;
      const started = performance.now();
      const outcome = await fuzzApi({
        program,
        examples,
        seed,
        // The provider is an outsider with errors of its own form.
        problems: service !== PROVIDER,
        ...asked,
      });
      const seconds = Math.round((performance.now() - started) / 1000);
      options.onResult({ service, as, seconds, ...outcome });
    }
  };
  await Promise.all([work(), work()]);
}

async function planJobs(
  stack: ShopStack,
  { merchantKey, services }: FuzzShopOptions,
): Promise<Job[]> {
  const customer = async () =>
    bearer(
      await stack.tokens.shopper({
        kind: 'customer',
        email: 'fuzz@larkfield.example',
      }),
    );
  const staff = bearer(await stack.tokens.staff(STAFF_ROLES));
  const jobs: Job[] = [];
  for (const { name: service, url } of stack.services) {
    if (services && !services.includes(service)) continue;
    const at = { service, url };
    if (service === PROVIDER) {
      jobs.push({ ...at, as: 'merchant', headers: bearer(merchantKey) });
      continue;
    }
    if (service === STOREFRONT) {
      jobs.push(
        { ...at, as: 'guest', headers: await guestSession(url) },
        // To the edge every token of the shop's issuer is a customer's.
        { ...at, as: 'customer', headers: staff, exceptPaths: EDGE_ERASURES },
      );
      continue;
    }
    jobs.push(
      {
        ...at,
        as: 'customer',
        headers: await customer(),
        exceptPaths: ERASURES,
      },
      { ...at, as: 'staff', headers: staff },
    );
    if (service === 'customers') {
      jobs.push({
        ...at,
        as: 'leaving customer',
        headers: await customer(),
        paths: ERASURES,
      });
    }
  }
  return jobs;
}

function bearer(token: string): Record<string, string> {
  return { Authorization: `Bearer ${token}` };
}

/** What a program sends that keeps the cookie of a session, which the first need of one gives. */
async function guestSession(url: string): Promise<Record<string, string>> {
  const program = { 'X-Shop-Request': 'fuzz' };
  const { headers, body } = await request(
    `${url}/api/cart?currency=EUR&country=DE`,
    { method: 'POST', headers: program },
  );
  await body.dump();
  const [cookie] = [headers['set-cookie'] ?? []].flat();
  if (!cookie) throw new Error('The storefront gave no session');
  return { ...program, Cookie: cookie.split(';', 1)[0] };
}
