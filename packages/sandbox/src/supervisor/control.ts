import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import { createServer, request, type Server } from 'node:http';
import { userInfo, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { SandboxStatus } from './types.ts';

/** Longest path of a Unix socket that every system takes. */
const LONGEST_SOCKET_PATH = 100;

/** `<state>/control.sock`, or a short path in the temporary folder when that is too long for a socket. */
export function controlSocketPath(stateDir: string): string {
  const path = join(stateDir, 'control.sock');
  if (Buffer.byteLength(path) <= LONGEST_SOCKET_PATH) {
    return path;
  }
  const hash = createHash('sha256').update(stateDir).digest('hex').slice(0, 16);
  return join(tmpdir(), `shopfloor-${userInfo().uid}`, `${hash}.sock`);
}

/** What the running launcher answers. */
export interface LauncherStatus extends SandboxStatus {
  /** It was told to stop and is about to end. */
  stopping: boolean;
}

/** What other commands may ask the running launcher. */
export interface ControlHandlers {
  status: () => LauncherStatus;
  stop: () => void;
}

/** Serves status and stop over a Unix socket that only this user may open. */
export async function serveControl(options: {
  stateDir: string;
  handlers: ControlHandlers;
}): Promise<{ close: () => void }> {
  const path = controlSocketPath(options.stateDir);
  mkdirSync(dirname(path), { recursive: true });
  rmSync(path, { force: true });
  const server: Server = createServer((incoming, response) => {
    incoming.resume();
    const route = `${incoming.method} ${incoming.url}`;
    if (route === 'GET /status') {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(options.handlers.status()));
    } else if (route === 'POST /stop') {
      response.statusCode = 202;
      response.end();
      options.handlers.stop();
    } else {
      response.statusCode = 404;
      response.end();
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  chmodSync(path, 0o600);
  return {
    close: () => {
      server.close();
      server.closeAllConnections();
      rmSync(path, { force: true });
    },
  };
}

/** The status of the launcher that runs on this state folder; `undefined` when none answers. */
export async function askLauncher(
  stateDir: string,
): Promise<LauncherStatus | undefined> {
  const answer = await ask(stateDir, 'GET', '/status');
  return answer === undefined ? undefined : JSON.parse(answer);
}

/** Asks the running launcher to stop; `false` when none answers. */
export async function askStop(stateDir: string): Promise<boolean> {
  return (await ask(stateDir, 'POST', '/stop')) !== undefined;
}

function ask(
  stateDir: string,
  method: string,
  path: string,
): Promise<string | undefined> {
  return new Promise(resolve => {
    const outgoing = request(
      {
        socketPath: controlSocketPath(stateDir),
        method,
        path,
        timeout: 5000,
      },
      response => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', chunk => (text += chunk));
        response.on('end', () => resolve(text));
      },
    );
    outgoing.on('timeout', () => outgoing.destroy());
    outgoing.on('error', () => resolve(undefined));
    outgoing.end();
  });
}
