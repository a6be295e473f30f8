import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A call that a neighbour got. */
export interface NeighbourCall {
  method: string;
  /** Path without its query. */
  path: string;
  query: URLSearchParams;
  body: any;
  headers: IncomingMessage['headers'];
}

/** An answer; no body for an empty one. */
export interface NeighbourAnswer {
  status: number;
  body?: unknown;
}

/**
 * What happens to a call on the way: `before` the neighbour works or `after` it
 * has, before it answers. `drop` cuts the connection, `error` answers 503, a
 * promise is waited for.
 */
export type Intercept = (
  call: NeighbourCall,
  stage: 'before' | 'after',
) => void | 'drop' | 'error' | Promise<void | 'drop' | 'error'>;

/** A refusal as the services write them. */
export function refuse(
  status: number,
  code: string,
  rest: Record<string, unknown> = {},
): NeighbourAnswer {
  return { status, body: { status, code, detail: code, ...rest } };
}

/** A small real HTTP server that answers as a service of the shop does, for tests and drills. */
export abstract class Neighbour {
  readonly calls: NeighbourCall[] = [];
  intercept: Intercept = () => undefined;
  readonly #server: Server;

  constructor() {
    this.#server = createServer((request, response) => {
      let text = '';
      request.setEncoding('utf8');
      request.on('data', chunk => {
        text += chunk;
      });
      request.on('end', async () => {
        const url = new URL(request.url!, 'http://neighbour');
        const call: NeighbourCall = {
          method: request.method!,
          path: url.pathname,
          query: url.searchParams,
          body: text ? JSON.parse(text) : undefined,
          headers: request.headers,
        };
        const send = ({ status, body }: NeighbourAnswer) => {
          response.writeHead(status, { 'content-type': 'application/json' });
          response.end(body === undefined ? undefined : JSON.stringify(body));
        };
        const pass = async (stage: 'before' | 'after') => {
          const fate = await this.intercept(call, stage);
          if (fate === 'drop') {
            request.socket.destroy();
          } else if (fate === 'error') {
            send(refuse(503, 'neighbour-down'));
          }
          return fate === undefined;
        };
        this.calls.push(call);
        if (!(await pass('before'))) {
          return;
        }
        const answer = this.answer(call);
        if (await pass('after')) {
          send(answer);
        }
      });
    });
  }

  /** Works: changes the neighbour's own state and says what it answers. */
  protected abstract answer(call: NeighbourCall): NeighbourAnswer;

  async listen(port = 0): Promise<void> {
    await new Promise<void>(resolve => {
      this.#server.listen(port, '127.0.0.1', resolve);
    });
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>(resolve => {
      this.#server.close(() => resolve());
    });
  }
}
