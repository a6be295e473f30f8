import { readPorts } from '../config/ports.ts';

/** Most requests per second; the sandbox is one machine. */
export const MAX_RATE = 2000;
/** Longest run. */
export const MAX_MINUTES = 120;
/** Most requests per second of a run without an end. */
export const MAX_ENDLESS_RATE = 20;

/** What a run of shoppers is asked for. */
export interface ShopperOptions {
  /** Requests per second. */
  rate: number;
  /** Length of the run; undefined means until stopped. */
  minutes: number | undefined;
  /** Address of the gateway, always loopback. */
  gateway: URL;
  /** The Host header: which shop is meant. */
  host: string;
  /** File that tells a supervisor how it goes. */
  heartbeat: string | undefined;
  seed: number;
}

/** Told to the person as it is, without a stack. */
export class ShopperOptionsError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ShopperOptionsError';
  }
}

/** How the command is used. */
export const USAGE = `Usage: npm run shoppers -- --rate <requests per second> --minutes <minutes>
  --rate         more than 0, at most ${MAX_RATE}; default 5
  --minutes      more than 0, at most ${MAX_MINUTES}; default 5
  --environment  whose shop: production (default) or staging
  --gateway      address of the gateway; loopback only`;

function readNumber(
  values: Map<string, string>,
  name: string,
  options: { fallback: number; max: number },
): number {
  const text = values.get(name);
  if (text === undefined) {
    return options.fallback;
  }
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value <= 0) {
    throw new ShopperOptionsError(
      `--${name} must be a number above 0, but is "${text}"`,
    );
  }
  if (value > options.max) {
    throw new ShopperOptionsError(
      `--${name} is ${text}, but may be at most ${options.max}`,
    );
  }
  return value;
}

/**
 * Whether an address is this machine's own. Only literal addresses count: a name,
 * even `localhost`, is whatever the resolver says.
 */
export function isLoopback(url: URL): boolean {
  return (
    url.protocol === 'http:' &&
    (/^127(\.\d{1,3}){3}$/.test(url.hostname) || url.hostname === '[::1]') &&
    url.username === '' &&
    url.password === ''
  );
}

function readGateway(
  text: string | undefined,
  env: Record<string, string | undefined>,
): URL {
  const address = text ?? `http://127.0.0.1:${readPorts(env).gateway}`;
  if (!URL.canParse(address) || !isLoopback(new URL(address))) {
    throw new ShopperOptionsError(
      `--gateway is "${address}", but shoppers only visit this machine: http://127.0.0.1:<port>`,
    );
  }
  return new URL(address);
}

const known = [
  'rate',
  'minutes',
  'environment',
  'gateway',
  'heartbeat',
  'seed',
];

/**
 * Reads the command line.
 *
 * @throws ShopperOptionsError with the words to fix it
 */
export function readShopperOptions(
  args: readonly string[],
  env: Record<string, string | undefined>,
): ShopperOptions {
  const values = new Map<string, string>();
  let endless = false;
  for (let i = 0; i < args.length; i += 1) {
    const [flag, inline] = args[i].split(/=(.*)/s, 2);
    const name = flag.replace(/^--/, '');
    if (flag === '--until-stopped') {
      endless = true;
      continue;
    }
    if (!flag.startsWith('--') || !known.includes(name)) {
      throw new ShopperOptionsError(`${args[i]} is not known\n${USAGE}`);
    }
    const value = inline ?? args[(i += 1)];
    if (value === undefined) {
      throw new ShopperOptionsError(`--${name} needs a value\n${USAGE}`);
    }
    values.set(name, value);
  }
  const environment = values.get('environment') ?? 'production';
  if (!/^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/.test(environment)) {
    throw new ShopperOptionsError(
      `--environment must be the name of an environment, but is "${environment}"`,
    );
  }
  return {
    rate: readNumber(values, 'rate', {
      fallback: 5,
      max: endless ? MAX_ENDLESS_RATE : MAX_RATE,
    }),
    minutes: endless
      ? undefined
      : readNumber(values, 'minutes', { fallback: 5, max: MAX_MINUTES }),
    gateway: readGateway(values.get('gateway'), env),
    host: `${environment}.shop.localhost`,
    heartbeat: values.get('heartbeat'),
    seed: readNumber(values, 'seed', {
      fallback: Date.now() % 2 ** 31,
      max: 2 ** 32,
    }),
  };
}
