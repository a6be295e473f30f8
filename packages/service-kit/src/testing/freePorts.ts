import { createServer } from 'node:net';

/** Ports that this process has given out; whoever got one may not listen yet. */
const given = new Set<number>();

/** Free loopback ports below 32768, where no outgoing connection of this machine begins. Each is given once. */
export async function freePorts(count: number): Promise<number[]> {
  const found: number[] = [];
  const first = 20_000 + (process.pid % 100) * 100;
  for (let port = first; found.length < count && port < 32_000; port += 1) {
    if (!given.has(port) && (await isFree(port))) {
      given.add(port);
      found.push(port);
    }
  }
  return found;
}

function isFree(port: number): Promise<boolean> {
  return new Promise(settle => {
    const server = createServer();
    server.once('error', () => settle(false));
    server.listen(port, '127.0.0.1', () => server.close(() => settle(true)));
  });
}
