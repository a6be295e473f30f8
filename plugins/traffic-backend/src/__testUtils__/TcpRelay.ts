import { AddressInfo, Server, Socket, connect, createServer } from 'node:net';

/** A relay in front of a server, to cut connections where a test says so. */
export class TcpRelay {
  readonly #server: Server;
  readonly #pairs = new Set<[Socket, Socket]>();
  #answers = true;

  static async start(target: string): Promise<TcpRelay> {
    const { hostname, port } = new URL(target);
    const relay = new TcpRelay({ host: hostname, port: Number(port) });
    await relay.open();
    return relay;
  }

  #port = 0;

  private constructor(target: { host: string; port: number }) {
    this.#server = createServer(client => {
      const upstream = connect(target);
      const pair: [Socket, Socket] = [client, upstream];
      this.#pairs.add(pair);
      const close = () => {
        this.#pairs.delete(pair);
        client.destroy();
        upstream.destroy();
      };
      for (const socket of pair) {
        socket.on('error', close).on('close', close);
      }
      client.on('data', data => upstream.write(data));
      upstream.on('data', data => {
        if (this.#answers) client.write(data);
        else close();
      });
    });
  }

  get port(): number {
    return this.#port;
  }

  /** Listens (again), on the same port as before. */
  async open(): Promise<void> {
    this.#answers = true;
    await new Promise<void>(resolve =>
      this.#server.listen(this.#port, '127.0.0.1', resolve),
    );
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  /** Refuses connections and drops the present ones. */
  async cut(): Promise<void> {
    const closed = new Promise(resolve => this.#server.close(resolve));
    for (const [client] of this.#pairs) client.destroy();
    await closed;
  }

  /** Lets requests through, and drops the connection when the answer comes. */
  swallowAnswers(): void {
    this.#answers = false;
  }

  /** Answers come through again. */
  passAnswers(): void {
    this.#answers = true;
  }
}
