import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { portSetting, type PortMap, type PortName } from '../config/ports.ts';

/** A port that something else listens on. */
export interface TakenPort {
  name: PortName;
  port: number;
  /** The environment variable that moves it. */
  setting: string;
}

/** Tries each port on 127.0.0.1 and returns those that are taken. */
export async function takenPorts(
  ports: PortMap,
  names: PortName[],
): Promise<TakenPort[]> {
  const results = await Promise.all(
    names.map(async name => ({
      name,
      port: ports[name],
      setting: portSetting(name),
      free: await isFree(ports[name]),
    })),
  );
  return results
    .filter(result => !result.free)
    .map(({ name, port, setting }) => ({ name, port, setting }));
}

/** As {@link takenPorts}, but waits for ports of processes that were killed just now: their last threads may still hold them. */
export async function stillTakenPorts(
  ports: PortMap,
  names: PortName[],
  options: { withinMs: number },
): Promise<TakenPort[]> {
  const deadline = Date.now() + options.withinMs;
  let taken = await takenPorts(ports, names);
  while (taken.length > 0 && Date.now() < deadline) {
    await delay(100);
    taken = await takenPorts(ports, names);
  }
  return taken;
}

/** What to tell a person about taken ports. */
export function describeTakenPorts(taken: TakenPort[]): string {
  return [
    ...taken.map(
      ({ name, port, setting }) =>
        `Port ${port} (${name}) is taken by another program. Move it with ${setting}=<free port>.`,
    ),
    'SHOPFLOOR_PORT_BASE=<number up to 28000> moves all ports at once.',
  ].join('\n');
}

function isFree(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () =>
      server.close(() => resolve(true)),
    );
  });
}
