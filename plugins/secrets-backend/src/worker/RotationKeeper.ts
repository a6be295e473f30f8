import { LoggerService } from '@backstage/backend-plugin-api';
import { stringifyError } from '@backstage/errors';
import { AnnouncementStore } from '@shopfloor/plugin-announcements-node';
import {
  referenceOf,
  rotationBySchedule,
} from '@shopfloor/plugin-secrets-common';
import { SecretsConfig } from '../config';
import { GrantEngine } from '../engine/GrantEngine';
import {
  DeclarationStore,
  StoredDeclarations,
} from '../store/DeclarationStore';
import { RotationStore } from '../store/RotationStore';

/** What {@link RotationKeeper} needs. */
export interface RotationKeeperOptions {
  announcements: AnnouncementStore;
  config: SecretsConfig;
  declarations: DeclarationStore;
  engine: GrantEngine;
  logger: LoggerService;
  rotations: RotationStore;
  newId: () => string;
  now: () => Date;
}

/** Opens rotations of values that are old, ends those that a newer value has answered, and announces what is due. */
export class RotationKeeper {
  readonly #options: RotationKeeperOptions;

  constructor(options: RotationKeeperOptions) {
    this.#options = options;
  }

  /** One round. Of what Vault does not tell nothing is said. */
  async run(signal?: AbortSignal): Promise<void> {
    const { config, declarations, logger } = this.#options;
    for (const declared of await declarations.all()) {
      for (const { environment } of config.environments) {
        signal?.throwIfAborted();
        try {
          await this.#look(declared, environment.name);
        } catch (error) {
          logger.debug(
            `Versions of secrets of ${declared.service} in ${environment.name} are not known: ${stringifyError(error)}`,
          );
        }
      }
    }
    await this.#announce();
  }

  async #look(
    declared: StoredDeclarations,
    environment: string,
  ): Promise<void> {
    const { engine, rotations, newId, now } = this.#options;
    const secrets = declared.secrets.filter(({ kind }) => kind === 'kv');
    if (secrets.length === 0) {
      return;
    }
    const owner = declared.entityRef;
    const metadata = await engine.metadata({ environment, owner });
    const at = now();
    for (const declaration of secrets) {
      const secret = referenceOf(declared.service, declaration);
      const value = metadata.find(({ path }) => path === secret.path);
      const current = value?.versions.find(
        ({ version }) => version === value.currentVersion,
      );
      if (!value || !current) {
        continue;
      }
      const version = value.currentVersion;
      await rotations.finishByNewValue({
        environment,
        owner,
        path: secret.path,
        version,
        updatedAt: new Date(current.createdAt),
        now: at,
      });
      const { rotationDays } = declaration;
      if (rotationDays !== undefined) {
        const dueAt = rotationBySchedule(current.createdAt, rotationDays);
        if (Date.parse(dueAt) <= at.getTime()) {
          await rotations.openScheduled({
            id: newId(),
            environment,
            owner,
            owners: declared.owners,
            secret,
            version,
            now: at,
            dueAt,
          });
        }
      }
    }
  }

  async #announce(): Promise<void> {
    const { announcements, rotations, now } = this.#options;
    const at = now();
    await announcements.add(
      (await rotations.due(at))
        .filter(({ owners }) => owners.length > 0)
        .map(({ id, owners, secret, environment }) => ({
          key: `rotation ${id}`,
          recipients: owners,
          payload: {
            title: `${secret.kind} ${secret.path}, ${environment}: ${
              secret.kind === 'pki'
                ? 'what was issued by it is due to be revoked · 由其签发的证书应予吊销'
                : 'its value is due to be rotated · 其密钥值已到轮换时间'
            }`,
            link: '/secrets?tab=rotations',
            topic: 'secrets',
            severity: 'high' as const,
            scope: `secrets:rotation:${id}`,
          },
          at,
        })),
    );
  }
}
