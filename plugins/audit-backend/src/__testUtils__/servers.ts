import { ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import {
  createServer,
  IncomingMessage,
  Server,
  ServerResponse,
} from 'node:http';
import { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const DEADLINE_MS = 30_000;

/**
 * Waits until something is so, 30 s at most.
 *
 * @throws the last error, or one that says what did not come true
 */
export async function until<T>(
  what: string,
  attempt: () => Promise<T | undefined | false>,
): Promise<T> {
  const deadline = Date.now() + DEADLINE_MS;
  for (;;) {
    const result = await attempt();
    if (result !== undefined && result !== false) {
      return result;
    }
    if (Date.now() > deadline) {
      throw new Error(`Not within 30 s: ${what}`);
    }
    await new Promise(done => setTimeout(done, 50));
  }
}

/** A small server on a port of its own. */
export class TestServer {
  readonly #server: Server;

  static async start(
    handle: (req: IncomingMessage, res: ServerResponse) => void,
  ): Promise<TestServer> {
    const server = createServer(handle).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new TestServer(server);
  }

  private constructor(server: Server) {
    this.#server = server;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise(done => this.#server.close(done));
  }
}

/** A real Alertmanager with the configuration of the sandbox, which only waits less. */
export class TestAlertmanager {
  readonly #folder: string;
  readonly #process: ChildProcess;
  readonly #url: string;

  /** @param options - the port at which the portal is thought to be, and the token it takes */
  static async start(options: {
    portalPort: number;
    token: string;
  }): Promise<TestAlertmanager> {
    const tools = process.env.SHOPFLOOR_TEST_TOOLS;
    if (!tools) {
      throw new Error(
        'SHOPFLOOR_TEST_TOOLS is not set; it names the folder with alertmanager (npm test sets it)',
      );
    }
    const folder = await mkdtemp(join(tmpdir(), 'audit-alertmanager-'));
    const shipped = await readFile(
      resolve(
        __dirname,
        '../../../../platform/observability/alertmanager/alertmanager.yaml',
      ),
      'utf8',
    );
    const config = shipped
      .replaceAll('${PORT_PORTAL}', String(options.portalPort))
      .replaceAll('${STATE_DIR}', folder)
      // Ports of parts that this test does not ask.
      .replaceAll(/\$\{PORT_\w+\}/g, '1')
      .replace('group_wait: 10s', 'group_wait: 0s')
      .replace('group_interval: 1m', 'group_interval: 1s')
      .replace('repeat_interval: 4h', 'repeat_interval: 1s');
    await mkdir(join(folder, 'alertmanager'));
    await writeFile(
      join(folder, 'alertmanager', 'portal-token'),
      options.token,
    );
    await writeFile(join(folder, 'config.yml'), config);
    const placeholder = await TestServer.start(() => undefined);
    const { port } = placeholder;
    await placeholder.stop();
    const child = spawn(
      join(tools, 'alertmanager'),
      [
        `--config.file=${join(folder, 'config.yml')}`,
        `--storage.path=${join(folder, 'data')}`,
        `--web.listen-address=127.0.0.1:${port}`,
        '--cluster.listen-address=',
        '--log.level=error',
      ],
      { stdio: 'ignore' },
    );
    const alertmanager = new TestAlertmanager(
      folder,
      child,
      `http://127.0.0.1:${port}`,
    );
    await until('Alertmanager is ready', () =>
      fetch(`${alertmanager.#url}/-/ready`).then(
        ({ ok }) => ok,
        () => false,
      ),
    );
    return alertmanager;
  }

  private constructor(folder: string, child: ChildProcess, url: string) {
    this.#folder = folder;
    this.#process = child;
    this.#url = url;
  }

  /** Says what Prometheus would. */
  async post(alerts: object[]): Promise<void> {
    const response = await fetch(`${this.#url}/api/v2/alerts`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(alerts),
    });
    if (!response.ok) {
      throw new Error(`Alertmanager answered ${response.status}`);
    }
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode === null && !this.#process.killed) {
      this.#process.kill('SIGKILL');
      await once(this.#process, 'exit');
    }
    await rm(this.#folder, { recursive: true, force: true });
  }
}
