import { ChildProcess, spawn } from 'child_process';
import { once } from 'events';
import { mkdtemp, rm, writeFile } from 'fs/promises';
import { tmpdir } from 'os';
import { join } from 'path';
import { freePort, tool } from './TestPrometheus';

const START_DEADLINE_MILLISECONDS = 30_000;

/** An alert as Alertmanager has it. */
export interface TestAlert {
  labels: Record<string, string>;
  annotations: Record<string, string>;
  /** Names of the receivers its routes lead to. */
  receivers: string[];
  state: string;
}

/** A real Alertmanager of its own, of which the configuration may be written anew. */
export class TestAlertmanager {
  readonly url: string;
  readonly file: string;
  readonly #folder: string;
  readonly #process: ChildProcess;

  static async start(options: { config: string }): Promise<TestAlertmanager> {
    const folder = await mkdtemp(join(tmpdir(), 'slo-alertmanager-'));
    const file = join(folder, 'alertmanager.yml');
    await writeFile(file, options.config);
    const port = await freePort();
    const child = spawn(
      tool('alertmanager'),
      [
        `--config.file=${file}`,
        `--storage.path=${join(folder, 'data')}`,
        `--web.listen-address=127.0.0.1:${port}`,
        '--cluster.listen-address=',
        '--log.level=error',
      ],
      { stdio: 'ignore' },
    );
    const alertmanager = new TestAlertmanager({
      url: `http://127.0.0.1:${port}`,
      file,
      folder,
      child,
    });
    await alertmanager.#ready();
    return alertmanager;
  }

  private constructor(options: {
    url: string;
    file: string;
    folder: string;
    child: ChildProcess;
  }) {
    this.url = options.url;
    this.file = options.file;
    this.#folder = options.folder;
    this.#process = options.child;
  }

  async alerts(): Promise<TestAlert[]> {
    const response = await fetch(`${this.url}/api/v2/alerts`);
    const alerts = (await response.json()) as any[];
    return alerts.map(({ labels, annotations, receivers, status }) => ({
      labels,
      annotations,
      receivers: receivers.map(({ name }: { name: string }) => name),
      state: status.state,
    }));
  }

  /** The configuration that is in force. */
  async config(): Promise<string> {
    const response = await fetch(`${this.url}/api/v2/status`);
    return ((await response.json()) as any).config.original;
  }

  async remove(): Promise<void> {
    if (this.#process.exitCode === null && !this.#process.killed) {
      this.#process.kill('SIGKILL');
      await once(this.#process, 'exit');
    }
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
    throw new Error('Alertmanager did not become ready');
  }
}
