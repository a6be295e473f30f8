import { ChildProcess, spawn } from 'child_process';
import { once } from 'events';
import { join } from 'path';
import { TestServer } from './servers';

const DEADLINE_MILLISECONDS = 30_000;
const ROOT = 'test-root';

/** A real OpenBao in memory. */
export class TestBao {
  readonly url: string;
  readonly #process: ChildProcess;

  static async start(): Promise<TestBao> {
    const tools = process.env.SHOPFLOOR_TEST_TOOLS;
    if (!tools) {
      throw new Error(
        'SHOPFLOOR_TEST_TOOLS is not set; it names the folder with bao (npm test sets it)',
      );
    }
    const placeholder = await TestServer.start(() => undefined);
    const { port } = placeholder;
    await placeholder.stop();
    const child = spawn(
      join(tools, 'bao'),
      [
        'server',
        '-dev',
        '-dev-no-store-token',
        `-dev-root-token-id=${ROOT}`,
        `-dev-listen-address=127.0.0.1:${port}`,
      ],
      { stdio: 'ignore' },
    );
    const bao = new TestBao(`http://127.0.0.1:${port}`, child);
    const deadline = Date.now() + DEADLINE_MILLISECONDS;
    while (Date.now() < deadline) {
      const healthy = await fetch(`${bao.url}/v1/sys/health`).then(
        answer => answer.ok,
        () => false,
      );
      if (healthy) {
        return bao;
      }
      await new Promise(resolve => setTimeout(resolve, 100));
    }
    await bao.stop();
    throw new Error('OpenBao did not answer within 30 s');
  }

  private constructor(url: string, child: ChildProcess) {
    this.url = url;
    this.#process = child;
  }

  /** Calls its API as root, and gives what it answers. */
  async call(method: string, path: string, body?: object): Promise<any> {
    const answer = await fetch(`${this.url}/v1/${path}`, {
      method,
      headers: { 'x-vault-token': ROOT },
      body: body && JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) {
      throw new Error(`${method} ${path} gave ${answer.status}: ${text}`);
    }
    return text === '' ? undefined : JSON.parse(text);
  }

  /** A token that may do what a policy says, and nothing else. */
  async token(policy: string): Promise<string> {
    await this.call('PUT', 'sys/policies/acl/test', { policy });
    const { auth } = await this.call('POST', 'auth/token/create', {
      policies: ['test'],
      no_default_policy: true,
    });
    return auth.client_token;
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode === null && !this.#process.killed) {
      this.#process.kill('SIGKILL');
      await once(this.#process, 'exit');
    }
  }
}
