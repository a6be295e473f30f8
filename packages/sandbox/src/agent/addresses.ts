/** Inclusive range of TCP ports. */
export interface PortRange {
  first: number;
  last: number;
}

/** Ports of one pod, all on 127.0.0.1. */
export interface PodPorts {
  /** Where the program listens: container port number to local port. */
  app: Record<string, number>;
  /** Where the pod's Envoy takes in mutual TLS, per container port. */
  inbound: Record<string, number>;
  /** Envoy's admin interface. */
  admin: number;
  /** pilot-agent's health endpoint. */
  status: number;
}

/**
 * Picks `count` ports that nobody holds, going round the range from `cursor` so that a port that has just
 * been given back rests for a while.
 *
 * @throws when the range is used up.
 */
export function pickPorts(options: {
  range: PortRange;
  taken: ReadonlySet<number>;
  cursor: number;
  count: number;
}): number[] {
  const { first, last } = options.range;
  const size = last - first + 1;
  const picked: number[] = [];
  for (let step = 0; step < size && picked.length < options.count; step++) {
    const port =
      first + ((((options.cursor - first) % size) + size + step) % size);
    if (!options.taken.has(port)) {
      picked.push(port);
    }
  }
  if (picked.length < options.count) {
    throw new Error(
      `No ${options.count} free ports left between ${first} and ${last}; delete pods or widen the range`,
    );
  }
  return picked;
}

/** Every port of a pod, for the set of taken ones. */
export function allPorts(ports: PodPorts): number[] {
  return [
    ...Object.values(ports.app),
    ...Object.values(ports.inbound),
    ports.admin,
    ports.status,
  ];
}

/** Distributes freshly picked ports over what a pod needs. */
export function distributePorts(
  containerPorts: number[],
  picked: number[],
): PodPorts {
  const rest = [...picked];
  const next = () => rest.shift()!;
  return {
    app: Object.fromEntries(containerPorts.map(port => [port, next()])),
    inbound: Object.fromEntries(containerPorts.map(port => [port, next()])),
    admin: next(),
    status: next(),
  };
}

/** How many ports {@link distributePorts} wants. */
export function portsNeeded(containerPorts: number[]): number {
  return containerPorts.length * 2 + 2;
}

/**
 * A made-up address of the pod network 10.244.0.0/16. istiod tells proxies apart by it, so it has to be
 * unique; nothing ever listens there.
 */
export function pickPodIp(taken: ReadonlySet<string>, cursor: number): string {
  const size = 0xfffd;
  for (let step = 0; step < size; step++) {
    const host = 2 + ((cursor + step) % size);
    const ip = `10.244.${Math.floor(host / 256)}.${host % 256}`;
    if (!taken.has(ip)) {
      return ip;
    }
  }
  throw new Error('No pod address left in 10.244.0.0/16');
}

/**
 * The loopback address on which a pod's Envoy takes the program's outgoing requests. istiod routes by the
 * services' own port, so every proxy listens on that port and each needs an address of its own: the pod's made-up
 * address with its first half replaced. The second number keeps two sandboxes on one machine apart.
 */
export function egressAddress(podIp: string, range: PortRange): string {
  const [, , third, fourth] = podIp.split('.');
  return `127.${1 + (Math.floor(range.first / 100) % 250)}.${third}.${fourth}`;
}
