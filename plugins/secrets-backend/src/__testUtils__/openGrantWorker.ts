import {
  AuthService,
  HttpAuthService,
  LoggerService,
} from '@backstage/backend-plugin-api';
import { AnnouncementStore } from '@shopfloor/plugin-announcements-node';
import { callAudit } from '@shopfloor/plugin-audit-common';
import {
  DefaultAuditTrailService,
  TrailAuditorService,
  TrailClient,
} from '@shopfloor/plugin-audit-node';
import { Environment } from '@shopfloor/plugin-environments-common';
import { mountsOf } from '@shopfloor/plugin-secrets-common';
import { prove } from '@shopfloor/secret-proof';
import { DefaultVaultClient } from '@shopfloor/vault-client';
import { randomUUID } from 'crypto';
import knexFactory, { Knex } from 'knex';
import { ChangeTeller } from '../changes/ChangeTeller';
import { DeclarationStore } from '../store/DeclarationStore';
import { GrantQueries } from '../store/GrantQueries';
import { GrantStore } from '../store/GrantStore';
import { WorkStore } from '../store/WorkStore';
import { VaultGrantEngine } from '../vault/VaultGrantEngine';
import { GrantSteps } from '../worker/GrantSteps';
import { GrantWorker } from '../worker/GrantWorker';

/** Where a worker works; it goes over a channel between processes. */
export interface WorkerPlace {
  /** Of PostgreSQL, for Knex. */
  connection: Knex.PgConnectionConfig;
  /** Base URL of the backend with the audit trail, and the token with which the plugin calls it. */
  portal: { url: string; token: string };
  vault: { address: string; roleIdFile: string; secretIdFile: string };
  cluster: Environment['cluster'];
  /** Token of the service account that proofs sign in as. */
  accountToken: string;
}

/** A worker as the plugin puts it together, without the rest of a backend. */
export interface OpenWorker {
  engine: VaultGrantEngine;
  store: GrantStore;
  /** One round of the worker, and one of what tells the store of changes. */
  run(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Opens a worker on a migrated database. Audit and changes go over HTTP, as from the secrets backend. Proofs ask what a Job would.
 *
 * @param options - `now`: its clock, with which leases of others can be made to be over
 */
export function openGrantWorker(
  place: WorkerPlace,
  { now }: { now: () => Date },
): OpenWorker {
  const { portal, vault, cluster, accountToken } = place;
  const db = knexFactory({
    client: 'pg',
    connection: place.connection,
    pool: { min: 0, max: 4 },
  });
  const newId = randomUUID;
  const logger = stderrLogger();
  const mounts = mountsOf('production');
  const environment = {
    name: 'production',
    title: 'Production',
    production: true,
    cluster,
    namespace: 'production',
    prometheus: { url: portal.url },
  } as Environment;
  const engine = VaultGrantEngine.create({
    client: DefaultVaultClient.create({
      address: vault.address,
      auth: { kind: 'approle', mount: 'approle', ...vault },
      fetch: globalThis.fetch,
      // A slow machine is not a Vault that is away, for which a grant would be held.
      deadlineMs: 60_000,
    }),
    environments: [{ mounts, cluster }],
    proofs: {
      run: async ({ namespace, mount, role, probes }) => {
        const report = await prove({
          address: vault.address,
          mount,
          role,
          jwt: accountToken,
          probes,
          deadlineMs: 20_000,
        });
        if ('error' in report) {
          throw new Error(report.error);
        }
        return { report, job: { namespace, name: 'in-process', uid: '0' } };
      },
    },
  });
  const discovery = {
    getBaseUrl: async (plugin: string) => `${portal.url}/api/${plugin}`,
    getExternalBaseUrl: async (plugin: string) => `${portal.url}/api/${plugin}`,
  };
  const auth = {
    getOwnServiceCredentials: async () => ({
      principal: { type: 'service', subject: 'plugin:secrets' },
    }),
    getPluginRequestToken: async () => ({ token: portal.token }),
    isPrincipal: (
      { principal }: { principal: { type: string } },
      type: string,
    ) => principal.type === type,
  } as unknown as AuthService;
  const auditor = new TrailAuditorService({
    inner: {
      createEvent: async () => ({
        success: async () => {},
        fail: async () => {},
      }),
    },
    trail: new DefaultAuditTrailService({
      client: new TrailClient({ auth, discovery }),
      logger,
    }),
    auth,
    httpAuth: {} as HttpAuthService,
    logger,
    strict: true,
  });
  const store = GrantStore.create({
    db,
    announcements: AnnouncementStore.create({
      db,
      table: 'secrets_announcements',
    }),
    newId,
  });
  const work = new WorkStore(db);
  const worker = new GrantWorker({
    logger,
    store,
    work,
    newId,
    now,
    steps: new GrantSteps({
      // Nothing waits for a decision in the ways that are walked.
      approvals: { list: async () => [] } as never,
      auditor,
      config: {
        environments: [{ environment, mounts, freeForm: false }],
        workSeconds: 2,
        driftSeconds: 60,
        graceSeconds: 300,
      },
      declarations: new DeclarationStore(db),
      engine,
      logger,
      store,
      work,
      now,
    }),
  });
  const teller = new ChangeTeller({
    queries: new GrantQueries(db),
    changes: {
      record: async changes => {
        await callAudit(
          {
            discoveryApi: discovery,
            fetchApi: {
              fetch: (input, init) => {
                const headers = new Headers(init?.headers);
                headers.set('authorization', `Bearer ${portal.token}`);
                return fetch(input, { ...init, headers });
              },
            },
          },
          { path: '/changes', body: { changes } },
        );
      },
    },
    logger,
  });
  return {
    engine,
    store,
    run: async () => {
      await worker.run();
      await teller.run();
    },
    stop: () => db.destroy(),
  };
}

/** What goes wrong, where it is no answer of the process. */
function stderrLogger(): LoggerService {
  const say = (message: string | Error) => {
    process.stderr.write(`${message}\n`);
  };
  const logger: LoggerService = {
    error: say,
    warn: say,
    info: () => {},
    debug: () => {},
    child: () => logger,
  };
  return logger;
}
