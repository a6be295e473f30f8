import { LoggerService } from '@backstage/backend-plugin-api';
import {
  AuthorizeResult,
  isResourcePermission,
  Permission,
  PolicyDecision,
} from '@backstage/plugin-permission-common';
import {
  PermissionPolicy,
  PolicyQuery,
  PolicyQueryUser,
} from '@backstage/plugin-permission-node';
import { PolicyEvaluator, PolicyInput } from './PolicyEvaluator';
import { readDecision } from './readDecision';

/** @public */
export interface RegoPermissionPolicyOptions {
  evaluator: PolicyEvaluator;
  logger: LoggerService;
}

/**
 * Decides by a Rego policy and denies whatever is not exactly one valid decision.
 *
 * @public
 */
export class RegoPermissionPolicy implements PermissionPolicy {
  readonly #evaluator: PolicyEvaluator;
  readonly #logger: LoggerService;

  /**
   * Tries the policy once before it is used.
   *
   * @throws Error when it cannot be evaluated, or allows nobody in particular something that does not exist
   */
  static async create(
    options: RegoPermissionPolicyOptions,
  ): Promise<RegoPermissionPolicy> {
    const permission: Permission = {
      type: 'basic',
      name: 'shopfloor.policy.probe',
      attributes: {},
    };
    const results = await options.evaluator.evaluate(toInput(permission));
    if (readDecision(results, permission).result !== AuthorizeResult.DENY) {
      throw new Error(
        'The permission policy allows what it does not know; a policy must deny by default',
      );
    }
    return new RegoPermissionPolicy(options);
  }

  private constructor(options: RegoPermissionPolicyOptions) {
    this.#evaluator = options.evaluator;
    this.#logger = options.logger;
  }

  async handle(
    request: PolicyQuery,
    user?: PolicyQueryUser,
  ): Promise<PolicyDecision> {
    const { permission } = request;
    try {
      return readDecision(
        await this.#evaluator.evaluate(toInput(permission, user)),
        permission,
      );
    } catch (error) {
      this.#logger.error(
        `Denied ${permission.name}, since the policy gives no decision`,
        error instanceof Error ? error : undefined,
      );
      return { result: AuthorizeResult.DENY };
    }
  }
}

function toInput(permission: Permission, user?: PolicyQueryUser): PolicyInput {
  return {
    permission: {
      name: permission.name,
      type: permission.type,
      attributes: permission.attributes,
      ...(isResourcePermission(permission) && {
        resourceType: permission.resourceType,
      }),
    },
    // The permission backend has just asked the auth backend for it; tokens carry no ownership claims.
    ...(user && {
      user: {
        ref: user.info.userEntityRef,
        claims: user.info.ownershipEntityRefs,
      },
    }),
  };
}
