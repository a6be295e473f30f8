import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  initialiseCluster,
  postgresBinaries,
  postgresSettings,
} from '@shopfloor/sandbox/src/parts/postgresServer.ts';
import {
  asUser,
  postgresUser,
} from '@shopfloor/sandbox/src/parts/postgresUser.ts';
import { LogFile } from '@shopfloor/sandbox/src/supervisor/logFile.ts';
import pg from 'pg';
import { freePorts } from '@shopfloor/service-kit/src/testing/freePorts.ts';

const PASSWORD = 'scratch';

/** A PostgreSQL of this run alone, with the durability of a real one, that may be killed and started again. */
export class ScratchPostgres {
  readonly url: string;
  readonly #dir: string;
  readonly #port: number;
  readonly #settings: Record<string, string>;
  #child: ChildProcess | undefined;
  readonly #end = () => void this.#child?.kill('SIGQUIT');

  /** @param options.settings - settings of the server beside those that the drills need */
  static async start(
    options: { settings?: Record<string, string> } = {},
  ): Promise<ScratchPostgres> {
    const [port] = await freePorts(1);
    const dir = mkdtempSync(join(tmpdir(), 'shopfloor-postgres-'));
    chmodSync(dir, 0o755);
    await initialiseCluster({
      dir,
      data: join(dir, 'data'),
      user: postgresUser(),
      binaries: postgresBinaries(),
      password: PASSWORD,
      env: process.env,
      log: new LogFile({ path: join(dir, 'postgres.log') }),
    });
    const server = new ScratchPostgres(dir, port, options.settings ?? {});
    await server.resume();
    return server;
  }

  private constructor(
    dir: string,
    port: number,
    settings: Record<string, string>,
  ) {
    this.#settings = settings;
    this.#dir = dir;
    this.#port = port;
    this.url = `postgresql://postgres:${PASSWORD}@127.0.0.1:${port}/postgres`;
  }

  /** Process id of the server; its children do the work. */
  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  /** Starts the server on the data that is there, and waits until it answers. */
  async resume(): Promise<void> {
    const command = asUser(
      {
        file: postgresBinaries().postgres,
        cwd: this.#dir,
        args: [
          '-D',
          join(this.#dir, 'data'),
          '-p',
          String(this.#port),
          ...postgresSettings({
            listen_addresses: '127.0.0.1',
            unix_socket_directories: '',
            max_connections: '400',
            shared_buffers: '256MB',
            max_wal_size: '1GB',
            log_min_messages: 'warning',
            timezone: 'UTC',
            ...this.#settings,
          }),
        ],
      },
      postgresUser(),
    );
    const log = new LogFile({ path: join(this.#dir, 'postgres.log') }).open();
    this.#child = spawn(command.file, command.args, {
      cwd: command.cwd,
      uid: command.uid,
      gid: command.gid,
      env: process.env,
      stdio: ['ignore', log, log],
    });
    // Whoever fails before it removes its server leaves none behind.
    process.once('exit', this.#end);
    // After a kill it recovers first, from all that its write-ahead log has.
    const deadline = performance.now() + 120_000;
    for (;;) {
      const client = new pg.Client(this.url);
      try {
        await client.connect();
        await client.end();
        return;
      } catch (error) {
        if (performance.now() > deadline) throw error;
        await delay(50);
      }
    }
  }

  /** Ends the server; `SIGQUIT` as a power cut does, so that it recovers at the next start. */
  async halt(signal: 'SIGINT' | 'SIGQUIT' = 'SIGQUIT'): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode) return;
    const ended = new Promise(resolve => child.once('exit', resolve));
    child.kill(signal);
    await ended;
    process.off('exit', this.#end);
  }

  /** Ends the server and removes its data. */
  async remove(): Promise<void> {
    await this.halt('SIGINT');
    rmSync(this.#dir, { recursive: true, force: true });
  }
}
