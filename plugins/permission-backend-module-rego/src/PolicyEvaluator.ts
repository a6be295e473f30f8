/**
 * What the policy is asked.
 *
 * @public
 */
export interface PolicyInput {
  permission: {
    name: string;
    type: string;
    attributes: { action?: string };
    resourceType?: string;
  };
  /** Absent when nobody is signed in. */
  user?: {
    /** Entity reference of the person. */
    ref: string;
    /** Entity references the person may claim ownership by: the own one and those of the groups. */
    claims: string[];
  };
}

/**
 * Evaluates the policy's decision for one input.
 *
 * @public
 */
export interface PolicyEvaluator {
  /** The raw results; a sound policy gives exactly one. Throws or rejects when it cannot be evaluated. */
  evaluate(input: PolicyInput): Promise<unknown>;
}
