import type { AccessRule } from './accessRule.ts';

/** What the policy is asked. */
export interface AccessQuestion {
  service: string;
  /** Operation id of the route, or its method and pattern. */
  operation: string;
  access: AccessRule;
  /** Absent when no token was sent. */
  principal?: {
    kind: string;
    scopes: readonly string[];
    roles: readonly string[];
  };
}

/** What the policy answers. */
export type AccessDecision = 'allow' | 'unauthenticated' | 'forbidden';

/** Decides who may call what. */
export interface AccessPolicy {
  /** Never throws: what cannot be decided is forbidden. */
  decide(question: AccessQuestion): AccessDecision;
}
