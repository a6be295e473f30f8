import { ChildProcess, execFile, spawn } from 'child_process';
import { once } from 'events';
import { mkdtemp, rm, writeFile } from 'fs/promises';
import { createServer } from 'net';
import { tmpdir } from 'os';
import { join } from 'path';
import { promisify } from 'util';

const START_DEADLINE_MILLISECONDS = 30_000;

/** A series with a value that holds from one moment to another. */
export interface TestSeries {
  name: string;
  labels: Record<string, string>;
  /** Unix seconds; both ends hold a sample. */
  from: number;
  to: number;
  value: number;
}

/** Path of a program that tests run. */
export function tool(name: string): string {
  const folder = process.env.SHOPFLOOR_TEST_TOOLS;
  if (!folder) {
    throw new Error(
      'SHOPFLOOR_TEST_TOOLS is not set; it names the folder with prometheus, promtool and alertmanager (npm test sets it)',
    );
  }
  return join(folder, name);
}

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

/** A real Prometheus of its own, with given history and nothing to scrape. */
export class TestPrometheus {
  readonly url: string;
  readonly #folder: string;
  readonly #process: ChildProcess;

  /** Writes the series as blocks, one sample every `intervalSeconds`, and starts Prometheus over them. */
  static async start(options: {
    series: TestSeries[];
    intervalSeconds: number;
    /** Folder of `*.rules.yaml` that it reads when it is asked to. */
    rulesDirectory?: string;
    /** Where alerts go. */
    alertmanagerUrl?: string;
  }): Promise<TestPrometheus> {
    const folder = await mkdtemp(join(tmpdir(), 'slo-prometheus-'));
    const input = join(folder, 'samples.txt');
    await writeFile(input, openMetrics(options));
    await writeFile(
      join(folder, 'prometheus.yml'),
      JSON.stringify({
        scrape_configs: [],
        rule_files: options.rulesDirectory
          ? [join(options.rulesDirectory, '*.rules.yaml')]
          : [],
        ...(options.alertmanagerUrl && {
          alerting: {
            alertmanagers: [
              {
                static_configs: [
                  { targets: [new URL(options.alertmanagerUrl).host] },
                ],
              },
            ],
          },
        }),
      }),
    );
    await promisify(execFile)(tool('promtool'), [
      'tsdb',
      'create-blocks-from',
      'openmetrics',
      '--quiet',
      input,
      join(folder, 'data'),
    ]);
    const port = await freePort();
    const child = spawn(
      tool('prometheus'),
      [
        `--config.file=${join(folder, 'prometheus.yml')}`,
        `--storage.tsdb.path=${join(folder, 'data')}`,
        '--storage.tsdb.retention.time=90d',
        `--web.listen-address=127.0.0.1:${port}`,
        '--web.enable-lifecycle',
        '--log.level=error',
      ],
      { stdio: 'ignore' },
    );
    const prometheus = new TestPrometheus(
      `http://127.0.0.1:${port}`,
      folder,
      child,
    );
    await prometheus.#ready();
    return prometheus;
  }

  private constructor(url: string, folder: string, child: ChildProcess) {
    this.url = url;
    this.#folder = folder;
    this.#process = child;
  }

  /** Kills it, as a crash would. */
  async kill(): Promise<void> {
    if (this.#process.exitCode === null && !this.#process.killed) {
      this.#process.kill('SIGKILL');
      await once(this.#process, 'exit');
    }
  }

  /** Kills it and removes what it wrote. */
  async remove(): Promise<void> {
    await this.kill();
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #ready(): Promise<void> {
    const deadline = Date.now() + START_DEADLINE_MILLISECONDS;
    while (Date.now() < deadline && this.#process.exitCode === null) {
      const response = await fetch(`${this.url}/-/ready`).catch(
        () => undefined,
      );
      if (response?.ok) {
        return;
      }
      await new Promise(resolve => setTimeout(resolve, 50));
    }
    await this.remove();
    throw new Error('Prometheus did not become ready');
  }
}

function openMetrics(options: {
  series: TestSeries[];
  intervalSeconds: number;
}): string {
  const lines: string[] = [];
  const names = [...new Set(options.series.map(({ name }) => name))];
  for (const name of names) {
    lines.push(`# TYPE ${name} gauge`);
    for (const series of options.series.filter(s => s.name === name)) {
      const labels = Object.entries(series.labels)
        .map(([label, value]) => `${label}="${value}"`)
        .join(',');
      for (
        let at = series.from;
        at <= series.to;
        at += options.intervalSeconds
      ) {
        lines.push(`${name}{${labels}} ${series.value} ${at}`);
      }
    }
  }
  return `${lines.join('\n')}\n# EOF\n`;
}
