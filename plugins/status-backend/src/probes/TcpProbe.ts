import { connect } from 'node:net';
import { Probe, ProbeAnswer } from './Probe';

/** Whether somebody accepts connections at an address. */
export class TcpProbe implements Probe {
  readonly address: string;
  readonly #host: string;
  readonly #port: number;

  constructor(system: { url: string }) {
    const { hostname, port } = new URL(system.url);
    this.#host = hostname;
    this.#port = Number(port);
    this.address = `${hostname}:${port}`;
  }

  async ask(signal: AbortSignal): Promise<ProbeAnswer> {
    await new Promise<void>((resolve, reject) => {
      const socket = connect({ host: this.#host, port: this.#port, signal });
      socket.once('connect', () => {
        socket.destroy();
        resolve();
      });
      // An aborted connection says only that it was aborted; the signal knows that the deadline passed.
      socket.once('error', error =>
        reject(signal.aborted ? signal.reason : error),
      );
    });
    return {};
  }
}
