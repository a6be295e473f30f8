import { spawn } from 'node:child_process';
import { request } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Handler } from '../kubernetes/types.ts';
import { rewritePaths, type Mount } from './mountPaths.ts';

/** The running container that a probe or hook speaks to. */
export interface HandlerTarget {
  /** Local port of a declared port, by its name or number. */
  portOf(port: number | string): number;
  cwd: string;
  env: Record<string, string>;
  /** Where its volumes are. */
  mounts: readonly Mount[];
}

/** What came of a probe or hook. */
export interface HandlerOutcome {
  success: boolean;
  /** Why not, in Kubernetes' words. */
  message: string;
}

/** Runs a probe's or hook's action once. Never throws: every failure is an outcome. */
export async function runHandler(
  handler: Handler,
  target: HandlerTarget,
  options: { timeoutMs: number },
): Promise<HandlerOutcome> {
  try {
    if (handler.httpGet) {
      return await httpGet(handler.httpGet, target, options.timeoutMs);
    }
    if (handler.tcpSocket) {
      return await tcpConnect(
        target.portOf(handler.tcpSocket.port),
        options.timeoutMs,
      );
    }
    if (handler.exec) {
      return await execute(handler.exec.command, target, options.timeoutMs);
    }
    if (handler.sleep) {
      await delay(Math.min(handler.sleep.seconds * 1000, options.timeoutMs));
    }
    return { success: true, message: '' };
  } catch (error) {
    return { success: false, message: (error as Error).message };
  }
}

function httpGet(
  get: NonNullable<Handler['httpGet']>,
  target: HandlerTarget,
  timeoutMs: number,
): Promise<HandlerOutcome> {
  return new Promise(resolve => {
    const fail = (message: string) => resolve({ success: false, message });
    const outgoing = request(
      {
        host: '127.0.0.1',
        port: target.portOf(get.port),
        path: get.path ?? '/',
        agent: false,
        signal: AbortSignal.timeout(timeoutMs),
        headers: {
          'user-agent': 'kube-probe/shopfloor',
          connection: 'close',
          ...Object.fromEntries(
            (get.httpHeaders ?? []).map(h => [h.name, h.value]),
          ),
        },
      },
      answer => {
        answer.resume();
        const status = answer.statusCode ?? 0;
        if (status >= 200 && status < 400) {
          resolve({ success: true, message: '' });
        } else {
          fail(`HTTP probe failed with statuscode: ${status}`);
        }
      },
    );
    outgoing.once('error', error =>
      fail(
        error.name === 'AbortError'
          ? `Get "${get.path ?? '/'}": timed out after ${timeoutMs} ms`
          : `Get "${get.path ?? '/'}": ${error.message}`,
      ),
    );
    outgoing.end();
  });
}

function tcpConnect(port: number, timeoutMs: number): Promise<HandlerOutcome> {
  return new Promise(resolve => {
    const socket = connect({ host: '127.0.0.1', port });
    const end = (success: boolean, message: string) => {
      socket.destroy();
      resolve({ success, message });
    };
    socket.setTimeout(timeoutMs, () => end(false, 'dial tcp: i/o timeout'));
    socket.once('connect', () => end(true, ''));
    socket.once('error', error => end(false, `dial tcp: ${error.message}`));
  });
}

function execute(
  command: string[],
  target: HandlerTarget,
  timeoutMs: number,
): Promise<HandlerOutcome> {
  return new Promise(resolve => {
    const [file, ...args] = command.map(text =>
      rewritePaths(text, target.mounts),
    );
    const child = spawn(file, args, {
      cwd: target.cwd,
      env: target.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
    });
    let output = '';
    const collect = (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(0, 1024);
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.once('error', error =>
      resolve({ success: false, message: error.message }),
    );
    child.once('close', (code, signal) =>
      resolve({
        success: code === 0,
        message:
          code === 0
            ? ''
            : output.trim() ||
              (signal
                ? `command timed out after ${timeoutMs} ms`
                : `command ended with exit code ${code}`),
      }),
    );
  });
}
