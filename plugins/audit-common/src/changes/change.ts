/** What was done. */
export const CHANGE_KINDS = [
  'deployment',
  'traffic',
  'secret-grant',
  'configuration',
  'template-run',
] as const;

/** One of {@link CHANGE_KINDS}. */
export type ChangeKind = (typeof CHANGE_KINDS)[number];

/**
 * How a change ended. `undone` was taken back by a later one; `unknown` cannot be told any more, for example a rollout that was
 * replaced before it was over.
 */
export const CHANGE_OUTCOMES = [
  'in-progress',
  'succeeded',
  'failed',
  'undone',
  'unknown',
] as const;

/** One of {@link CHANGE_OUTCOMES}. */
export type ChangeOutcome = (typeof CHANGE_OUTCOMES)[number];

/** Where to look further; whatever of it there is. */
export interface ChangeReference {
  /** Address in the portal or elsewhere, `https:` or a path of the portal. */
  url?: string;
  commit?: string;
  image?: string;
  version?: string;
  /** An object, for example `deployments production/products-v2`. */
  object?: string;
}

/** What a plugin tells of a change; told again with the same `sourceId` it is the same change. Times are ISO 8601. */
export interface ChangeReport {
  /** Id of the change where it was made, at most 200 characters. The teller and this id together name it. */
  sourceId: string;
  kind: ChangeKind;
  /** The entity that was changed, for example `component:default/products`. */
  entityRef: string;
  /** Name of the environment. */
  environment: string;
  /** One line, at most 200 characters. */
  title: string;
  /** More, at most 2,000 characters. Nothing secret. */
  summary?: string;
  /** The person; absent when nobody is known. */
  userEntityRef?: string;
  startedAt: string;
  /** Absent while it is under way. */
  endedAt?: string;
  outcome: ChangeOutcome;
  reference?: ChangeReference;
  /** Trace in which it was made, 32 hexadecimal digits. */
  traceId?: string;
  /** Approval that it stands on. */
  approvalId?: string;
}

/** A change as it is kept. */
export interface Change extends ChangeReport {
  /** Id of the change here. */
  id: string;
  /** Id of the plugin that told of it, or `kubernetes` of what was seen in a cluster. */
  source: string;
  /** When it was last told of, ISO 8601. */
  observedAt: string;
}

const STAGES: Record<ChangeOutcome, number> = {
  'in-progress': 0,
  unknown: 1,
  succeeded: 2,
  failed: 2,
  undone: 3,
};

/**
 * How far a change is. Reports can arrive late and more than once: what is told replaces what is known unless it is of an
 * earlier stage; so a rollout that failed may still succeed, and the other way round.
 */
export function stageOf(outcome: ChangeOutcome): number {
  return STAGES[outcome];
}
