import {
  AuthService,
  BackstageCredentials,
} from '@backstage/backend-plugin-api';
import { InputError, NotFoundError } from '@backstage/errors';
import { CatalogService } from '@backstage/plugin-catalog-node';
import { EnvironmentsService } from '@shopfloor/plugin-environments-node';
import { decideRelease, ReleaseGate } from '@shopfloor/plugin-slo-common';
import { EntityVisibility } from '../service/EntityVisibility';
import { presentSummary } from '../service/present';
import { SloStore } from '../store/SloStore';
import { PolicySource } from './PolicySource';

/** Says whether a service may be released now. */
export interface ReleaseGateService {
  /**
   * @throws InputError when there is no such environment
   * @throws NotFoundError when there is no such entity, or none whose SLOs a person who asks may see
   */
  ask(
    options: { entityRef: string; environment: string },
    request: { credentials: BackstageCredentials },
  ): Promise<ReleaseGate>;
}

/** What {@link DefaultReleaseGateService} needs. */
export interface DefaultReleaseGateServiceOptions {
  auth: AuthService;
  store: SloStore;
  catalog: CatalogService;
  /** Of which entities somebody may see SLOs. */
  visibility: EntityVisibility;
  environments: EnvironmentsService;
  policies: PolicySource;
  staleAfterSeconds: number;
  now: () => Date;
}

/** {@link ReleaseGateService} over the figures of the store and the policy. */
export class DefaultReleaseGateService implements ReleaseGateService {
  readonly #options: DefaultReleaseGateServiceOptions;

  static create(
    options: DefaultReleaseGateServiceOptions,
  ): DefaultReleaseGateService {
    return new DefaultReleaseGateService(options);
  }

  private constructor(options: DefaultReleaseGateServiceOptions) {
    this.#options = options;
  }

  async ask(
    options: { entityRef: string; environment: string },
    { credentials }: { credentials: BackstageCredentials },
  ): Promise<ReleaseGate> {
    const { auth, catalog, environments, policies, store, visibility } =
      this.#options;
    const { entityRef, environment } = options;
    const names = environments.list().map(({ name }) => name);
    if (!names.includes(environment)) {
      throw new InputError(
        `environment: there is no "${environment}"; there are ${names.join(', ')}`,
      );
    }
    // A name that is misspelt must not come out as a service without SLOs; and reasons and figures are those of its SLOs.
    // A pipeline's token is restricted to the gate, so it cannot be passed on to the catalog, and plugins ask for themselves:
    // both are about the decision alone.
    const isService = auth.isPrincipal(credentials, 'service');
    const known = await catalog.getEntityByRef(entityRef, {
      credentials: isService
        ? await auth.getOwnServiceCredentials()
        : credentials,
    });
    const mayRead =
      isService ||
      (await visibility.visible([entityRef], { credentials })).has(entityRef);
    if (!known || !mayRead) {
      throw new NotFoundError(
        `There is no entity "${entityRef}", or you may not see it or its SLOs`,
      );
    }
    const now = this.#options.now();
    const slos = (await store.listSlos())
      .filter(
        slo => slo.entityRef === entityRef && slo.environment === environment,
      )
      .map(slo =>
        presentSummary(slo, {
          now,
          staleAfterSeconds: this.#options.staleAfterSeconds,
        }),
      );
    const { policy, about } = await policies.current();
    const { decision, reasons } = policy
      ? decideRelease({ policy, entityRef, environment, at: now, slos })
      : {
          decision: 'unknown' as const,
          reasons: [
            {
              code: 'policy-unavailable' as const,
              decision: 'unknown' as const,
              message: `The release policy cannot be read: ${about.problem}`,
              values: { problem: about.problem ?? '' },
            },
          ],
        };
    return {
      entityRef,
      environment,
      decision,
      reasons,
      slos: slos.map(slo => ({
        id: slo.id,
        name: slo.name,
        ...(slo.displayName && { displayName: slo.displayName }),
        state: slo.state,
        ...(slo.worstBudgetLeft !== undefined && {
          worstBudgetLeft: slo.worstBudgetLeft,
        }),
        ...(slo.observedAt && { observedAt: slo.observedAt }),
      })),
      policy: about,
      decidedAt: now.toISOString(),
    };
  }
}
