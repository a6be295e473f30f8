/** Offsets of the parts' ports from the base; docs/reference/contracts.md is the list people read. */
const OFFSETS = {
  app: 0,
  portal: 7,
  oidc: 10,
  shopOidc: 11,
  mailboxSmtp: 25,
  mailbox: 26,
  postgres: 32,
  agent: 50,
  controllerManager: 57,
  etcd: 79,
  etcdPeer: 80,
  prometheus: 90,
  alertmanager: 93,
  istiodGrpc: 112,
  istiodMonitoring: 113,
  istiodHttp: 114,
  istiodCtrlz: 115,
  istiodWebhook: 116,
  openbao: 200,
  openbaoCluster: 201,
  secrets: 208,
  apiserver: 443,
  gateway: 1080,
  gatewayAdmin: 1081,
  gatewayStatus: 1082,
  pods: 2000,
} as const;

/** The name of one port of the sandbox. `pods` is the first of {@link POD_PORT_COUNT}. */
export type PortName = keyof typeof OFFSETS;

/** Every port of one sandbox. */
export type PortMap = Readonly<Record<PortName, number>>;

/** How many ports from `pods` on belong to the node agent. */
export const POD_PORT_COUNT = 2000;

const DEFAULT_BASE = 7000;
const HIGHEST_BASE = 28000;

/** All port names, in the order of their offsets. */
export const PORT_NAMES = Object.keys(OFFSETS) as PortName[];

/** The environment variable that moves one port, for example `SHOPFLOOR_PORT_ETCD_PEER`. */
export function portSetting(name: PortName): string {
  return `SHOPFLOOR_PORT_${name.replace(/[A-Z]/g, '_$&').toUpperCase()}`;
}

/**
 * Reads `SHOPFLOOR_PORT_BASE` and `SHOPFLOOR_PORT_<PART>`.
 *
 * @throws Error when a value is no port below 32768, or two parts share one
 */
export function readPorts(env: Record<string, string | undefined>): PortMap {
  const base = readNumber(env, 'SHOPFLOOR_PORT_BASE', DEFAULT_BASE);
  if (base < 1024 || base > HIGHEST_BASE) {
    throw new Error(
      `SHOPFLOOR_PORT_BASE is ${base}; it must lie between 1024 and ${HIGHEST_BASE}`,
    );
  }
  const ports = {} as Record<PortName, number>;
  const owners = new Map<number, PortName>();
  for (const name of PORT_NAMES) {
    const port = readNumber(env, portSetting(name), base + OFFSETS[name]);
    if (port < 1024 || port > 32767) {
      throw new Error(
        `${portSetting(name)} is ${port}; it must lie between 1024 and 32767`,
      );
    }
    const other = owners.get(port);
    if (other) {
      throw new Error(
        `${name} and ${other} would both listen on port ${port}; move one with ${portSetting(
          name,
        )}`,
      );
    }
    owners.set(port, name);
    ports[name] = port;
  }
  return ports;
}

function readNumber(
  env: Record<string, string | undefined>,
  key: string,
  fallback: number,
): number {
  const text = env[key];
  if (text === undefined || text === '') {
    return fallback;
  }
  if (!/^\d+$/.test(text)) {
    throw new Error(`${key} is "${text}", which is no port number`);
  }
  return Number(text);
}
