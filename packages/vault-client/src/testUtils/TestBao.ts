import { ChildProcess, spawn } from 'child_process';
import { randomUUID } from 'crypto';
import { once } from 'events';
import { createServer, AddressInfo } from 'net';
import { join } from 'path';
import { DefaultVaultClient } from '../DefaultVaultClient';
import { VaultClient } from '../types';

const DEADLINE_MS = 30_000;

/** A real OpenBao in memory, for one test file. */
export class TestBao {
  readonly address: string;
  readonly rootToken: string;
  readonly #process: ChildProcess;
  /** What it wrote to its log so far. */
  readonly #log: string[] = [];

  /** @throws Error when `SHOPFLOOR_TEST_TOOLS` names no folder with `bao`, or it does not start */
  static async start(): Promise<TestBao> {
    const tools = process.env.SHOPFLOOR_TEST_TOOLS;
    if (!tools) {
      throw new Error(
        'SHOPFLOOR_TEST_TOOLS is not set; it names the folder with bao (npm test sets it)',
      );
    }
    const port = await freePort();
    const rootToken = `root-${randomUUID()}`;
    const child = spawn(
      join(tools, 'bao'),
      [
        'server',
        '-dev',
        '-dev-no-store-token',
        '-log-level=info',
        `-dev-listen-address=127.0.0.1:${port}`,
      ],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...process.env, BAO_DEV_ROOT_TOKEN_ID: rootToken },
      },
    );
    const bao = new TestBao({
      address: `http://127.0.0.1:${port}`,
      rootToken,
      process: child,
    });
    const deadline = Date.now() + DEADLINE_MS;
    while (Date.now() < deadline && child.exitCode === null) {
      const healthy = await fetch(`${bao.address}/v1/sys/health`).then(
        answer => answer.ok,
        () => false,
      );
      if (healthy) {
        return bao;
      }
      await new Promise(resolve => setTimeout(resolve, 50));
    }
    await bao.stop();
    throw new Error(`OpenBao did not answer within 30 s: ${bao.log()}`);
  }

  private constructor(options: {
    address: string;
    rootToken: string;
    process: ChildProcess;
  }) {
    this.address = options.address;
    this.rootToken = options.rootToken;
    this.#process = options.process;
    for (const stream of [options.process.stdout, options.process.stderr]) {
      stream?.on('data', chunk => this.#log.push(String(chunk)));
    }
  }

  log(): string {
    return this.#log.join('');
  }

  /** A client with a token; root's unless another is given. */
  client(token: string = this.rootToken): VaultClient {
    return DefaultVaultClient.create({
      address: this.address,
      auth: { kind: 'token', token },
    });
  }

  /** A token that may do what a policy says, and nothing else. */
  async token(policy: string, name = `test-${randomUUID()}`): Promise<string> {
    const root = this.client();
    await root.write(`sys/policies/acl/${name}`, { policy });
    const { body } = await root.write('auth/token/create', {
      policies: [name],
      no_default_policy: true,
    });
    return body.auth!.client_token;
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode === null && !this.#process.killed) {
      this.#process.kill('SIGKILL');
      await once(this.#process, 'exit');
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
