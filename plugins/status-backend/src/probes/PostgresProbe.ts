import { Knex } from 'knex';
import { Probe, ProbeAnswer } from './Probe';

/** Asks the portal's own database for its version. */
export class PostgresProbe implements Probe {
  readonly address: string;
  readonly #knex: Knex;

  constructor(knex: Knex) {
    const { host, port } = knex.client.connectionSettings ?? {};
    this.address = host ? `${host}:${port ?? 5432}` : 'the portal’s database';
    this.#knex = knex;
  }

  async ask(signal: AbortSignal): Promise<ProbeAnswer> {
    const expired = new Promise<never>((_, reject) =>
      signal.addEventListener('abort', () => reject(signal.reason), {
        once: true,
      }),
    );
    const { rows } = await Promise.race([
      this.#knex.raw('show server_version'),
      expired,
    ]);
    return { version: String(rows[0].server_version).split(' ')[0] };
  }
}
