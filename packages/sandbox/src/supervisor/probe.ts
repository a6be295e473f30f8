import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connect } from 'node:net';
import type { HealthProbe } from './types.ts';

const DEFAULT_TIMEOUT_MS = 5000;

/** Asks a part once; rejects with words for people when it is not healthy. */
export async function runProbe(
  probe: HealthProbe,
  options: { timeoutMs?: number; signal: AbortSignal },
): Promise<void> {
  const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const signal = AbortSignal.any([
    options.signal,
    AbortSignal.timeout(timeoutMs),
  ]);
  switch (probe.kind) {
    case 'tcp':
      return probeTcp(probe.port, signal);
    case 'http':
      return probeHttp(probe, signal);
    default:
      return withAbort(probe.check(signal), signal, timeoutMs);
  }
}

function probeTcp(port: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, signal });
    socket.once('connect', () => {
      socket.destroy();
      resolve();
    });
    socket.once('error', error =>
      reject(new Error(`port ${port}: ${describe(error)}`)),
    );
  });
}

function probeHttp(
  probe: Extract<HealthProbe, { kind: 'http' }>,
  signal: AbortSignal,
): Promise<void> {
  const send = probe.url.startsWith('https:') ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const request = send(
      probe.url,
      // No agent: a probe must not be answered by a connection of an earlier process.
      { headers: probe.headers, ca: probe.ca, agent: false, signal },
      response => {
        response.resume();
        const status = response.statusCode ?? 0;
        const healthy = probe.statuses
          ? probe.statuses.includes(status)
          : status >= 200 && status < 300;
        if (healthy) {
          resolve();
        } else {
          reject(new Error(`${probe.url} answered ${status}`));
        }
      },
    );
    request.once('error', error =>
      reject(new Error(`${probe.url}: ${describe(error)}`)),
    );
    request.end();
  });
}

function withAbort(
  work: Promise<void>,
  signal: AbortSignal,
  timeoutMs: number,
): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.addEventListener(
      'abort',
      () => reject(new Error(`no answer within ${timeoutMs} ms`)),
      { once: true },
    );
    work.then(resolve, reject);
  });
}

function describe(error: NodeJS.ErrnoException): string {
  if (error.code === 'ECONNREFUSED') {
    return 'nothing listens yet';
  }
  if (error.name === 'AbortError' || error.name === 'TimeoutError') {
    return 'no answer';
  }
  return error.message;
}
