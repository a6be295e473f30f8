import {
  AuthService,
  BackstageCredentials,
} from '@backstage/backend-plugin-api';
import { InputError, NotFoundError } from '@backstage/errors';
import { CatalogService } from '@backstage/plugin-catalog-node';
import { EnvironmentsService } from '@shopfloor/plugin-environments-node';
import { decideRelease, ReleaseGate } from '@shopfloor/plugin-slo-common';
import { presentSummary } from '../service/present';
import { SloStore } from '../store/SloStore';
import { PolicySource } from './PolicySource';

/** Says whether a service may be released now. */
export interface ReleaseGateService {
  /**
   * @throws InputError when there is no such environment
   * @throws NotFoundError when there is no such entity, or none that the asking one may see
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
    const { auth, catalog, environments, policies, store } = this.#options;
    const { entityRef, environment } = options;
    const known = environments.list().map(({ name }) => name);
    if (!known.includes(environment)) {
      throw new InputError(
        `environment: there is no "${environment}"; there are ${known.join(', ')}`,
      );
    }
    // A name that is misspelt must not come out as a service without SLOs.
    // A pipeline's token is restricted to the gate, so it cannot be passed on to the catalog.
    const known = await catalog.getEntityByRef(entityRef, {
      credentials: auth.isPrincipal(credentials, 'service')
        ? await auth.getOwnServiceCredentials()
        : credentials,
    });
    if (!known) {
      throw new NotFoundError(
        `There is no entity "${entityRef}", or you may not see it`,
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
