import { readFile } from 'node:fs/promises';
import { Config } from '@backstage/config';
import { Entity } from '@backstage/catalog-model';
import { InputError } from '@backstage/errors';
import {
  CollectedEvidence,
  CollectOptions,
  Collector,
  EvidenceType,
  SourceUnavailableError,
} from '@shopfloor/plugin-checks-node';
import { EnvironmentsService } from '@shopfloor/plugin-environments-node';
import { Connection, notConnected, readConnections } from '../connections';
import { runningServiceOf } from '../environmentsOf';
import { readAnswer } from '../readAnswer';
import { isEndless, isOverdue, LeaseMetadata } from './readLease';

/** Leases looked at of one service and prefix; more are counted and not read. */
const MAX_LEASES = 50;

/** A Vault or OpenBao whose metadata of leases may be read. */
export type VaultConnection = Connection & {
  /** Holds the token where {@link Connection.token} does not; read at each look, since whoever renews it may change it. */
  tokenFile?: string;
  namespace?: string;
  /** With `{service}` for the service, for example `database/creds/{service}`. */
  leasePrefixes: string[];
};

/**
 * Reads `checks.vault`.
 *
 * @throws InputError when a connection has no token, or two
 */
export function readVaultConfig(config: Config) {
  return readConnections(config, 'checks.vault', connection => {
    const token = connection.getOptionalString('token');
    const tokenFile = connection.getOptionalString('tokenFile');
    if ((token === undefined) === (tokenFile === undefined)) {
      throw new InputError(
        'checks.vault: a connection has either token or tokenFile',
      );
    }
    return {
      token,
      tokenFile,
      namespace: connection.getOptionalString('namespace'),
      leasePrefixes: connection.getOptionalStringArray('leasePrefixes') ?? [
        'database/creds/{service}',
      ],
    };
  });
}

/** The leases that a service holds in Vault or OpenBao: that there are some, and that they are renewed in time. Never a value. */
export class VaultCollector implements Collector {
  readonly name = 'vault';
  readonly version = '1';
  readonly title = { en: 'Vault', zh: 'Vault' };
  readonly intervalSeconds = 300;
  readonly freshnessSeconds = 3600;
  readonly evidence: Record<string, EvidenceType> = {
    /** `overdue` ought to have been renewed; `endless` never run out. */
    leases: {
      list: {
        object: {
          environment: 'string',
          prefix: 'string',
          held: 'bool',
          overdue: 'int',
          endless: 'int',
        },
      },
    },
  };
  readonly #environments: EnvironmentsService;
  readonly #connections: Map<string, VaultConnection>;
  readonly #now: () => number;

  constructor(options: {
    environments: EnvironmentsService;
    connections: Map<string, VaultConnection>;
    /** Milliseconds since the epoch; for tests. */
    now?: () => number;
  }) {
    this.#environments = options.environments;
    this.#connections = options.connections;
    this.#now = options.now ?? Date.now;
  }

  sources(entity: Entity): string[] {
    const service = runningServiceOf(entity, this.#environments);
    return (service?.environments ?? []).map(({ name }) => sourceOf(name));
  }

  async collect({
    entity,
    signal,
  }: CollectOptions): Promise<CollectedEvidence[]> {
    const service = runningServiceOf(entity, this.#environments)!;
    const names = service.environments.map(({ name }) => name);
    const source = names.map(sourceOf).join(', ');
    const unknown = notConnected({
      environments: names,
      connections: this.#connections,
      what: {
        en: missing => `the Vault of ${missing}`,
        zh: missing => `${missing} 的 Vault`,
      },
      key: 'checks.vault',
      needs: {
        en: 'environment, url, token or tokenFile that may list and look up leases',
        zh: 'environment、url、可列出和查询租约的 token 或 tokenFile',
      },
    });
    if (unknown) {
      return [
        {
          key: 'leases',
          source,
          references: [],
          unknown,
        },
      ];
    }
    const prefixes = names.flatMap(name => {
      const connection = this.#connections.get(name)!;
      return connection.leasePrefixes.map(prefix => ({
        connection,
        prefix: prefix.replaceAll('{service}', service.name),
      }));
    });
    return [
      {
        key: 'leases',
        source,
        references: prefixes.map(({ connection, prefix }) => ({
          kind: 'query',
          target: `${connection.environment}: sys/leases/lookup/${prefix}`,
        })),
        value: await Promise.all(
          prefixes.map(({ connection, prefix }) =>
            this.#look(connection, prefix, signal),
          ),
        ),
      },
    ];
  }

  async #look(
    connection: VaultConnection,
    prefix: string,
    signal: AbortSignal,
  ) {
    const { environment, url, namespace } = connection;
    const common = {
      source: sourceOf(environment),
      system: 'Vault',
      headers: {
        'x-vault-token': await tokenOf(connection),
        ...(namespace && { 'x-vault-namespace': namespace }),
      },
      // Where there is nothing Vault answers 404.
      accept: [404],
      signal,
    };
    const listed = await readAnswer({
      ...common,
      url: `${url}/v1/sys/leases/lookup/${prefix}/?list=true`,
    });
    const keys: string[] = listed.body?.data?.keys ?? [];
    const leases: LeaseMetadata[] = [];
    for (const key of keys.slice(0, MAX_LEASES)) {
      const { status, body } = await readAnswer({
        ...common,
        // One that ended meanwhile is answered with 400.
        accept: [400, 404],
        method: 'PUT',
        url: `${url}/v1/sys/leases/lookup`,
        body: JSON.stringify({ lease_id: `${prefix}/${key}` }),
      });
      if (status === 200) {
        leases.push(body?.data ?? {});
      }
    }
    const now = this.#now();
    return {
      environment,
      prefix,
      held: leases.length > 0,
      overdue: leases.filter(lease => isOverdue(lease, now)).length,
      endless: leases.filter(isEndless).length,
    };
  }
}

async function tokenOf(connection: VaultConnection): Promise<string> {
  const { environment, token, tokenFile } = connection;
  if (token !== undefined) {
    return token;
  }
  try {
    return (await readFile(tokenFile!, 'utf8')).trim();
  } catch (error) {
    throw new SourceUnavailableError(
      sourceOf(environment),
      `The token of Vault is not in ${tokenFile} (${
        (error as NodeJS.ErrnoException).code
      })`,
      { cause: error },
    );
  }
}

function sourceOf(environment: string): string {
  return `vault:${environment}`;
}
