import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { TLSSocket } from 'node:tls';
import type { ContainerLog, LogQuery } from './containerLog.ts';

/** A container whose log is asked for. */
export interface LogTarget {
  log: ContainerLog;
  isOver: () => boolean;
}

/** Options of {@link createLogServer}. */
export interface LogServerOptions {
  certificate: string;
  key: string;
  clientCa: string;
  /** Common names of client certificates that may read logs. */
  allowedClients: string[];
  find(
    namespace: string,
    pod: string,
    container: string,
  ): LogTarget | undefined;
}

/**
 * The part of a kubelet's API that `kubectl logs` reaches through the API server. `/healthz` is open; logs
 * are for the API server's client certificate only, since anybody on this machine can connect.
 */
export function createLogServer(options: LogServerOptions): Server {
  return createServer(
    {
      cert: options.certificate,
      key: options.key,
      ca: options.clientCa,
      requestCert: true,
      rejectUnauthorized: false,
    },
    (request, response) => {
      handle(request, response, options).catch(error => {
        if (!response.headersSent) response.writeHead(500);
        response.end(`${error.message}\n`);
      });
    },
  );
}

async function handle(
  request: IncomingMessage,
  response: ServerResponse,
  options: LogServerOptions,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'https://agent');
  if (url.pathname === '/healthz') {
    response.end('ok');
    return;
  }
  if (!isAllowed(request.socket as TLSSocket, options.allowedClients)) {
    response
      .writeHead(401)
      .end('a client certificate of the API server is needed\n');
    return;
  }
  const [, kind, namespace, pod, container] = url.pathname
    .split('/')
    .map(decodeURIComponent);
  if (request.method !== 'GET' || kind !== 'containerLogs' || !container) {
    response
      .writeHead(404)
      .end('only GET /containerLogs/<namespace>/<pod>/<container> is served\n');
    return;
  }
  const target = options.find(namespace, pod, container);
  if (!target) {
    response
      .writeHead(404)
      .end(
        `no container ${container} of pod ${namespace}/${pod} on this node\n`,
      );
    return;
  }
  const previous = url.searchParams.get('previous') === 'true';
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  response.writeHead(200, { 'content-type': 'text/plain' });
  response.flushHeaders();
  const lines = (previous ? target.log.previous : target.log).read(
    parseLogQuery(url.searchParams, Date.now()),
    gone.signal,
    previous ? () => true : target.isOver,
  );
  for await (const line of lines) {
    if (!response.write(line) && !gone.signal.aborted) {
      await new Promise<void>(resolve => {
        response.once('drain', resolve);
        response.once('close', resolve);
      });
    }
  }
  response.end();
}

function isAllowed(socket: TLSSocket, allowed: string[]): boolean {
  const name = socket.getPeerCertificate()?.subject?.CN;
  return (
    socket.authorized &&
    (Array.isArray(name) ? name : [name]).some(cn => cn && allowed.includes(cn))
  );
}

/** Reads the parameters of `kubectl logs`. */
export function parseLogQuery(
  parameters: URLSearchParams,
  now: number,
): LogQuery {
  const number = (name: string) => {
    const text = parameters.get(name);
    return text ? Number(text) : undefined;
  };
  return {
    tailLines: number('tailLines'),
    limitBytes: number('limitBytes'),
    timestamps: parameters.get('timestamps') === 'true',
    follow: parameters.get('follow') === 'true',
    sinceMs: sinceOf(parameters, now),
  };
}

function sinceOf(parameters: URLSearchParams, now: number): number | undefined {
  const seconds = parameters.get('sinceSeconds');
  if (seconds) {
    return now - Number(seconds) * 1000;
  }
  const time = parameters.get('sinceTime');
  return time ? Date.parse(time) : undefined;
}
