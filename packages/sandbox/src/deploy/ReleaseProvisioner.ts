import {
  grantEventLog,
  migrateEventLog,
} from '@shopfloor/service-kit/src/events/postgres/migrateEventLog.ts';
import type {
  KubernetesClient,
  KubernetesObject,
} from '../kubernetes/index.ts';
import {
  ensureDatabase,
  ensureServiceDatabase,
  retirePassword,
  superuserUrl,
} from '../parts/postgresDatabases.ts';
import type { SandboxContext } from '../supervisor/types.ts';
import type { Release, ReleaseNeeds } from './render.ts';
import { shopSecret } from './shopSecrets.ts';
import { shopSettings } from './shopSettings.ts';

/** Makes what a release expects to find: databases, its rights in the event log, secrets and settings. Idempotent. */
export class ReleaseProvisioner {
  readonly #ctx: SandboxContext;
  readonly #eventLogs = new Map<string, Promise<string>>();

  constructor(ctx: SandboxContext) {
    this.#ctx = ctx;
  }

  /** @returns the objects to apply before the release itself */
  async provide(
    release: Release,
    needs: ReleaseNeeds,
  ): Promise<KubernetesObject[]> {
    const { service, environment } = release;
    const secrets = new Map<string, Record<string, string>>();
    const put = (name: string, key: string, value: string) =>
      secrets.set(name, { ...secrets.get(name), [key]: value });

    if (needs.database.enabled || needs.events.enabled) {
      const { role, url } = await ensureServiceDatabase(this.#ctx, {
        ...release,
        leased: needs.secrets.vault.enabled,
      });
      if (needs.database.enabled && url) {
        put(`${service}-database`, 'DATABASE_URL', url);
      }
      if (needs.events.enabled) {
        const eventLog = await this.#eventLogOf(environment);
        await grantEventLog({
          adminConnectionString: superuserUrl(this.#ctx, eventLog),
          role,
          append: needs.events.append,
          consume: needs.events.consume,
        });
        if (url) {
          const own = new URL(url);
          own.pathname = `/${eventLog}`;
          put(`${service}-events`, 'EVENTS_DATABASE_URL', own.toString());
        }
      }
    }
    for (const { secret, key, grant } of needs.secretEnv) {
      // What a grant delivers comes from OpenBao alone.
      if (grant && grant in needs.secrets.vault.grants) continue;
      put(
        secret,
        key,
        await shopSecret(this.#ctx, { environment, secret, key }),
      );
    }
    return [
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'shop-settings', namespace: environment },
        data: await shopSettings(this.#ctx, environment),
      },
      ...[...secrets].map(([name, data]) => ({
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name, namespace: environment },
        type: 'Opaque',
        data: Object.fromEntries(
          Object.entries(data).map(([key, value]) => [
            key,
            Buffer.from(value).toString('base64'),
          ]),
        ),
      })),
    ] as KubernetesObject[];
  }

  /**
   * Takes away what a release got before its credentials came from OpenBao: the Secrets, and the password in them. Called when no
   * pod uses them any more.
   */
  async retire(
    client: KubernetesClient,
    release: Release,
    needs: ReleaseNeeds,
  ): Promise<void> {
    if (!needs.secrets.vault.enabled || !needs.database.enabled) return;
    const { service, environment } = release;
    for (const kind of ['database', 'events']) {
      await client.delete(
        `/api/v1/namespaces/${environment}/secrets/${service}-${kind}`,
      );
    }
    await retirePassword(this.#ctx, release);
  }

  /** The event log that all services of an environment share; no service owns it. */
  #eventLogOf(environment: string): Promise<string> {
    const database = `${environment}_events`;
    let made = this.#eventLogs.get(database);
    if (!made) {
      made = (async () => {
        await ensureDatabase(this.#ctx, database);
        await migrateEventLog({
          adminConnectionString: superuserUrl(this.#ctx, database),
        });
        return database;
      })();
      this.#eventLogs.set(database, made);
    }
    return made;
  }
}
