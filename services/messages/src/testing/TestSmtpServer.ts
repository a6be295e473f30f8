import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
// eslint-disable-next-line @backstage/no-undeclared-imports -- only tests use this file
import { SMTPServer } from 'smtp-server';

/** A mail as it was received, undecoded. */
export interface ReceivedMail {
  to: string[];
  /** Header lines, unfolded. */
  headers: string[];
  raw: string;
}

/** A real mail server for tests, which may misbehave. */
export class TestSmtpServer {
  readonly received: ReceivedMail[] = [];
  /** Refuses recipients with this answer. */
  refuseRecipient: { code: number; message: string } | undefined;
  /** Refuses content with this answer. */
  refuseContent: { code: number; message: string } | undefined;
  /** Takes the content, and cuts the line instead of saying so. */
  cutAfterContent = false;
  /** Told of a mail before it is answered. */
  onContent: (() => Promise<void> | void) | undefined;
  readonly #server: SMTPServer;
  readonly #sockets = new Set<Socket>();

  static async start(): Promise<TestSmtpServer> {
    const server = new TestSmtpServer();
    await once(server.#server.listen(0, '127.0.0.1'), 'listening');
    return server;
  }

  private constructor() {
    this.#server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['AUTH', 'STARTTLS'],
      disableReverseLookup: true,
      onRcptTo: (_address, _session, done) => {
        const refusal = this.refuseRecipient;
        done(refusal && answer(refusal));
      },
      onData: (stream, session, done) => {
        const receive = async () => {
          const raw = (await buffer(stream)).toString('utf8');
          await this.onContent?.();
          if (this.refuseContent) {
            throw answer(this.refuseContent);
          }
          this.received.push({
            to: session.envelope.rcptTo.map(({ address }) => address),
            headers: raw
              .slice(0, raw.indexOf('\r\n\r\n'))
              .replace(/\r\n[ \t]+/g, ' ')
              .split('\r\n'),
            raw,
          });
          if (this.cutAfterContent) {
            this.#sockets.forEach(socket => socket.destroy());
          }
        };
        receive().then(() => done(), done);
      },
    });
    this.#server.server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
    this.#server.on('error', () => undefined);
  }

  get port(): number {
    return (this.#server.server.address() as AddressInfo).port;
  }

  /** Values of a header in the mails received. */
  header(name: string): (string | undefined)[] {
    return this.received.map(({ headers }) =>
      headers
        .find(line => line.toLowerCase().startsWith(`${name.toLowerCase()}:`))
        ?.slice(name.length + 1)
        .trim(),
    );
  }

  async close(): Promise<void> {
    this.#sockets.forEach(socket => socket.destroy());
    await new Promise<void>(resolve => this.#server.close(() => resolve()));
  }
}

function answer(refusal: { code: number; message: string }): Error {
  return Object.assign(new Error(refusal.message), {
    responseCode: refusal.code,
  });
}
