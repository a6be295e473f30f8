import { AuditorService, LoggerService } from '@backstage/backend-plugin-api';
import { ConflictError, stringifyError } from '@backstage/errors';
import { contentHash } from '@shopfloor/plugin-approvals-node';
import { afterwards, withContent } from '@shopfloor/plugin-audit-node';
import {
  composePlan,
  DeclaredSlot,
  declaredSlots,
  driftOf,
  grantDiff,
  GrantRequest,
  PLATFORM,
} from '@shopfloor/plugin-secrets-common';
import { SecretsConfig, SecretsEnvironmentConfig } from '../config';
import { GrantEngine } from '../engine/GrantEngine';
import { EntityDirectory, ownersOf } from '../people/EntityDirectory';
import { GRANT_TRAIL, trailOf } from '../service/auditContent';
import { DeclarationStore } from '../store/DeclarationStore';
import { AdoptOptions, GrantStore } from '../store/GrantStore';

/** Number under which the platform grants what a service has from the start. */
const PLATFORM_NUMBER = 0;

/** What {@link PlatformAdopter} needs. */
export interface PlatformAdopterOptions {
  auditor: AuditorService;
  config: SecretsConfig;
  declarations: DeclarationStore;
  directory: EntityDirectory;
  engine: GrantEngine;
  logger: LoggerService;
  store: GrantStore;
  newId: () => string;
  now: () => Date;
}

/**
 * Takes in what the platform's pipeline granted when it set services up, so that it is listed, proven, compared, reviewed and revoked
 * like the rest. Only what Vault has exactly as it is rendered is taken in.
 */
export class PlatformAdopter {
  readonly #options: PlatformAdopterOptions;

  constructor(options: PlatformAdopterOptions) {
    this.#options = options;
  }

  /** One round. What cannot be read is left for the next. */
  async run(signal?: AbortSignal): Promise<void> {
    const { config, declarations, engine, logger } = this.#options;
    const services = await declarations.all();
    for (const place of config.environments) {
      const environment = place.environment.name;
      try {
        if ((await engine.health(environment)).status === 'ready') {
          const slots = declaredSlots({ environment, services });
          await this.#adopt(place, slots, signal);
        }
      } catch (error) {
        signal?.throwIfAborted();
        logger.warn(
          `What the platform granted in ${environment} could not be read: ${stringifyError(error)}`,
        );
      }
    }
  }

  async #adopt(
    place: SecretsEnvironmentConfig,
    slots: DeclaredSlot[],
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const { directory, engine, store, newId, now } = this.#options;
    const { environment, mounts } = place;
    const composed = slots.map(slot => ({
      slot,
      plan: composePlan({
        mounts,
        tier: 'pinned',
        subject: {
          kind: 'service-account',
          namespace: environment.namespace,
          name: slot.subject,
        },
        owner: slot.owner,
        secret: slot.secret,
        access: slot.access,
        number: PLATFORM_NUMBER,
      }),
    }));
    const known = await store.known(composed.map(({ plan }) => plan.name));
    for (const { slot, plan } of composed) {
      signal?.throwIfAborted();
      if (known.has(plan.name)) {
        continue;
      }
      const current = await engine.read(plan);
      if (driftOf(plan, current, now().toISOString())) {
        continue;
      }
      const request: GrantRequest = {
        environment: environment.name,
        subject: {
          kind: 'service-account',
          entityRef: `component:default/${slot.subject}`,
          namespace: environment.namespace,
          name: slot.subject,
        },
        owner: `component:default/${slot.owner}`,
        secret: slot.secret,
        access: slot.access,
        reason: 'Granted by the platform when the service was set up',
        durationSeconds: 0,
        delivery: 'agent',
      };
      const { subject } = request;
      const subjectRef =
        subject.kind === 'person' ? subject.userEntityRef : subject.entityRef;
      const entities = await directory.find([subjectRef, request.owner]);
      const [subjectEntity, ownerEntity] = [subjectRef, request.owner].map(
        ref => entities.get(ref),
      );
      if (!subjectEntity || !ownerEntity) {
        continue;
      }
      await this.#takeIn({
        owners: {
          subject: ownersOf(subjectEntity),
          secret: ownersOf(ownerEntity),
        },
        diff: grantDiff({ request, plan, current, affected: [] }),
        now: now(),
        command: {
          type: 'adopt',
          id: newId(),
          slot: slot.slot,
          number: PLATFORM_NUMBER,
          request,
          plan,
          contentHash: contentHash({ request, plan }),
        },
      });
    }
  }

  /** An act of the plugin: from then on it follows what it took in. */
  async #takeIn(options: AdoptOptions): Promise<void> {
    const { auditor, store } = this.#options;
    const { id, request, plan, contentHash: hash } = options.command;
    const event = await auditor.createEvent({
      eventId: 'grant-adopt',
      severityLevel: 'medium',
      meta: withContent(
        {
          grantId: id,
          changeId: id,
          name: plan.name,
          entityRef:
            request.subject.kind === 'person'
              ? request.owner
              : request.subject.entityRef,
          owner: request.owner,
          environment: request.environment,
          contentHash: hash,
          requestedBy: PLATFORM,
        },
        { schema: GRANT_TRAIL },
      ),
    });
    try {
      if (await store.adopt(options)) {
        const after = await store.get(id);
        await event.success(
          after && { meta: afterwards(trailOf(after.grant)) },
        );
      } else {
        await event.fail({
          error: new ConflictError(
            `${plan.name} was taken in by another instance meanwhile`,
          ),
        });
      }
    } catch (error) {
      await event.fail({ error: error as Error });
      throw error;
    }
  }
}
