import * as opaWasm from '@open-policy-agent/opa-wasm';
import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import type {
  AccessDecision,
  AccessPolicy,
  AccessQuestion,
} from './AccessPolicy.ts';
import { SERVICES_POLICY_WASM } from './generated/servicesPolicy.ts';

// The package is CommonJS: its exports are members of `default` under some loaders.
const { loadPolicySync } = ((opaWasm as unknown as { default?: unknown })
  .default ?? opaWasm) as typeof opaWasm;

type LoadedPolicy = ReturnType<typeof loadPolicySync>;

const ENTRYPOINT = 'services/decision';
const DECISIONS: readonly string[] = ['allow', 'unauthenticated', 'forbidden'];

/** Options of {@link RegoAccessPolicy}. */
export interface RegoAccessPolicyOptions {
  logger: Logger;
  /** The compiled policy; default is the one this build carries. */
  wasm?: Uint8Array;
}

/**
 * The shared Rego policy (`platform/policies/services`), compiled to WebAssembly and
 * carried by the build. What it does not allow in so many words is forbidden.
 */
export class RegoAccessPolicy implements AccessPolicy {
  readonly #logger: Logger;
  readonly #wasm: Uint8Array;
  readonly #decisions = new LRUCache<string, AccessDecision>({ max: 5000 });
  #policy: LoadedPolicy;

  /** @throws Error when the policy cannot be loaded or allows a question it must not */
  static create(options: RegoAccessPolicyOptions): RegoAccessPolicy {
    const policy = new RegoAccessPolicy(options);
    const probe = policy.decide({
      service: 'none',
      operation: 'none',
      access: 'staff:none',
    });
    if (probe === 'allow') {
      throw new Error('The access policy allows everything; it must not');
    }
    return policy;
  }

  private constructor(options: RegoAccessPolicyOptions) {
    this.#logger = options.logger;
    this.#wasm = options.wasm ?? Buffer.from(SERVICES_POLICY_WASM, 'base64');
    this.#policy = this.#load();
  }

  decide(question: AccessQuestion): AccessDecision {
    try {
      const { service, operation, access, principal } = question;
      // The policy sees nothing but this, so equal keys have equal answers.
      const key = JSON.stringify([
        service,
        operation,
        access,
        principal?.kind,
        principal?.roles,
        principal?.scopes,
      ]);
      let decision = this.#decisions.get(key);
      if (!decision) {
        decision = this.#evaluate(question);
        this.#decisions.set(key, decision);
      }
      return decision;
    } catch (error) {
      this.#logger.error(
        { error, operation: question.operation },
        'The access policy failed; the call is forbidden',
      );
      // An aborted evaluation leaves the instance's memory in an unknown state.
      this.#policy = this.#load();
      return 'forbidden';
    }
  }

  #evaluate(question: AccessQuestion): AccessDecision {
    const results = this.#policy.evaluate(question, ENTRYPOINT) as unknown;
    const result =
      Array.isArray(results) && results.length === 1
        ? (results[0] as { result?: unknown }).result
        : undefined;
    if (typeof result !== 'string' || !DECISIONS.includes(result)) {
      throw new Error('The policy gave no decision');
    }
    return result as AccessDecision;
  }

  #load(): LoadedPolicy {
    return loadPolicySync(this.#wasm as unknown as BufferSource);
  }
}
