/**
 * How a system is, as the portal sees it.
 *
 * - `ok`: it answered as it should;
 * - `failing`: it did not answer, or answered wrongly;
 * - `unknown`: it has not been asked yet, or the portal that asks has stopped asking (the observation is old);
 * - `not-connected`: the configuration names no address for it.
 *
 * @public
 */
export type SystemState = 'ok' | 'failing' | 'unknown' | 'not-connected';

/**
 * A sentence in the languages of the portal.
 *
 * @public
 */
export interface LocalizedText {
  en: string;
  zh: string;
}

/**
 * What kind of question is asked of a system.
 *
 * @public
 */
export type ProbeKind =
  | 'http'
  | 'tcp'
  | 'postgres'
  | 'kubernetes'
  | 'openid'
  | 'prometheus'
  | 'alertmanager'
  | 'vault'
  | 'istiod'
  | 'etcd';

/**
 * Why a system is not ok, as a code the interface may word and a sentence that stands alone.
 *
 * @public
 */
export interface SystemProblem {
  /** `refused` nobody listens; `timeout` no answer; `unreachable` any other failure of the connection; `status` it answered that it is not well; `answer` it answered something else. */
  code: 'refused' | 'timeout' | 'unreachable' | 'status' | 'answer';
  /** For example "connection refused". Never carries credentials. */
  message: string;
}

/**
 * One system that the portal depends on, and how it is.
 *
 * @public
 */
export interface SystemStatus {
  /** Stable id. */
  name: string;
  /** What people call it. */
  title: LocalizedText;
  kind: ProbeKind;
  state: SystemState;
  /** Where it is asked, without credentials; absent when not connected. */
  address?: string;
  /** What it says of itself; the last one known while it fails. */
  version?: string;
  /** How long its last answer took, in milliseconds. */
  latencyMs?: number;
  /** Since when it is in this state (ISO 8601); absent while unknown or not connected. */
  since?: string;
  /** When it was last asked (ISO 8601). */
  observedAt?: string;
  /** Why it is failing. */
  problem?: SystemProblem;
  /** What does not work without it. */
  impact: LocalizedText;
  /** How to connect it: the setting to give. */
  connect: LocalizedText;
}

/**
 * Answer of `GET /api/status/systems`.
 *
 * @public
 */
export interface SystemsResponse {
  /** How often each system is asked, in milliseconds. */
  intervalMs: number;
  /** The portal's own clock (ISO 8601), to tell ages without trusting the reader's. */
  now: string;
  /** The portal itself. */
  portal: PortalStatus;
  systems: SystemStatus[];
}

/**
 * The portal that answers.
 *
 * @public
 */
export interface PortalStatus {
  /** Version of this product. */
  version: string;
  /** Version of Backstage below it. */
  backstageVersion?: string;
  /** When this process started (ISO 8601). */
  startedAt: string;
}
