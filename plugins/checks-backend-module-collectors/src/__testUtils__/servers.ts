import { ChildProcess, spawn } from 'child_process';
import { once } from 'events';
import { mkdtemp, rm, writeFile } from 'fs/promises';
import { createServer, IncomingMessage, Server, ServerResponse } from 'http';
import { AddressInfo } from 'net';
import { tmpdir } from 'os';
import { join } from 'path';
import recorded from '../__fixtures__/cluster.json';

const DEADLINE_MILLISECONDS = 30_000;

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
    await new Promise(resolve => this.#server.close(resolve));
  }
}

/** Kubernetes, as it answered when it was recorded; labels select as they do there. */
export function startCluster(options: {
  token: string;
  change?: (path: string, list: any) => any;
}): Promise<TestServer> {
  return TestServer.start((req, res) => {
    const url = new URL(req.url!, 'http://cluster');
    const answer = (status: number, body: unknown) => {
      res.writeHead(status, { 'content-type': 'application/json' });
      res.end(JSON.stringify(body));
    };
    if (req.headers.authorization !== `Bearer ${options.token}`) {
      answer(401, { kind: 'Status', message: 'Unauthorized' });
      return;
    }
    const list = (recorded as Record<string, any>)[url.pathname];
    if (!list) {
      answer(404, { kind: 'Status', reason: 'NotFound', message: 'not found' });
      return;
    }
    const [label, value] = (url.searchParams.get('labelSelector') ?? '').split(
      '=',
    );
    const items = list.items.filter(
      ({ metadata }: any) => !label || metadata.labels?.[label] === value,
    );
    const changed = { ...list, items: structuredClone(items) };
    answer(200, options.change?.(url.pathname, changed) ?? changed);
  });
}

/** A real Prometheus that scrapes what the test serves and loads the test's rules. */
export class TestPrometheus {
  readonly url: string;
  readonly #folder: string;
  readonly #process: ChildProcess;
  readonly #target: TestServer;

  static async start(options: {
    metrics: string;
    rules: string;
    /** Labels of the scraped program. */
    labels: Record<string, string>;
  }): Promise<TestPrometheus> {
    const tools = process.env.SHOPFLOOR_TEST_TOOLS;
    if (!tools) {
      throw new Error(
        'SHOPFLOOR_TEST_TOOLS is not set; it names the folder with prometheus (npm test sets it)',
      );
    }
    const target = await TestServer.start((_, res) => {
      res.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' });
      res.end(options.metrics);
    });
    const folder = await mkdtemp(join(tmpdir(), 'checks-prometheus-'));
    await writeFile(join(folder, 'rules.yml'), options.rules);
    await writeFile(
      join(folder, 'prometheus.yml'),
      JSON.stringify({
        global: { scrape_interval: '1s', evaluation_interval: '1s' },
        rule_files: ['rules.yml'],
        scrape_configs: [
          {
            job_name: 'service',
            honor_labels: true,
            static_configs: [
              { targets: [`127.0.0.1:${target.port}`], labels: options.labels },
            ],
          },
        ],
      }),
    );
    const placeholder = await TestServer.start(() => undefined);
    const { port } = placeholder;
    await placeholder.stop();
    const child = spawn(
      join(tools, 'prometheus'),
      [
        `--config.file=${join(folder, 'prometheus.yml')}`,
        `--storage.tsdb.path=${join(folder, 'data')}`,
        `--web.listen-address=127.0.0.1:${port}`,
        '--log.level=error',
      ],
      { stdio: 'ignore' },
    );
    return new TestPrometheus(
      `http://127.0.0.1:${port}`,
      folder,
      child,
      target,
    );
  }

  private constructor(
    url: string,
    folder: string,
    child: ChildProcess,
    target: TestServer,
  ) {
    this.url = url;
    this.#folder = folder;
    this.#process = child;
    this.#target = target;
  }

  /** Waits until a query gives something. */
  async until(query: string): Promise<void> {
    const deadline = Date.now() + DEADLINE_MILLISECONDS;
    while (Date.now() < deadline) {
      const answer: any = await fetch(
        `${this.url}/api/v1/query?query=${encodeURIComponent(query)}`,
      )
        .then(response => response.json())
        .catch(() => undefined);
      if (answer?.data?.result?.length > 0) {
        return;
      }
      await new Promise(resolve => setTimeout(resolve, 100));
    }
    throw new Error(`${query} gave nothing within 30 s`);
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode === null && !this.#process.killed) {
      this.#process.kill('SIGKILL');
      await once(this.#process, 'exit');
    }
    await this.#target.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }
}
