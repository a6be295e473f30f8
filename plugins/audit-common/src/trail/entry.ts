import { JsonObject, JsonValue } from '@backstage/types';

/** How an act ended; `unknown` while, and for ever if, nobody told: the process died, or the answer was lost. */
export const ACT_OUTCOMES = [
  'succeeded',
  'failed',
  'denied',
  'unknown',
] as const;

/** One of {@link ACT_OUTCOMES}. */
export type ActOutcome = (typeof ACT_OUTCOMES)[number];

/** What somebody is about to do. Values are redacted before they get here. */
export interface ActIntent {
  /** Made by the teller, so that telling again is the same act. UUID. */
  actId: string;
  /** For example `incident-open`. */
  action: string;
  /** Entity ref of the person, or the subject of the program. */
  actor: string;
  /** The entity that it is about. */
  entityRef?: string;
  /** Name of the environment. */
  environment?: string;
  /** Why, in the person's words. */
  reason?: string;
  /** As it was. */
  before?: JsonValue;
  /** What is asked for, and more about it. */
  details?: JsonObject;
  /** The HTTP request. */
  request?: { method: string; url: string };
  traceId?: string;
  changeId?: string;
  approvalId?: string;
}

/** What became of an act. */
export interface ActResult {
  outcome: Exclude<ActOutcome, 'unknown'>;
  /** As it is now. */
  after?: JsonValue;
  details?: JsonObject;
  /** In words, when it did not succeed. */
  error?: string;
}

/** An act as the trail shows it. Times are ISO 8601. */
export interface Act extends ActIntent {
  /** Id of the plugin that told of it. */
  stream: string;
  /** Place of the intent in the stream's chain, from 1. */
  sequence: number;
  at: string;
  outcome: ActOutcome;
  /** Absent while the outcome is unknown. */
  result?: ActResult & { sequence: number; at: string };
}

/** What a check of a stream found. */
export interface TrailFinding {
  /**
   * `altered`: an entry is not what was written, or does not follow on the one before; `missing`: entries in between are gone;
   * `truncated`: the end is gone; `rewritten`: the chain is whole and another than the one that was anchored; `bad-anchor`: an
   * anchor is not one that the portal signed; `missing-archive`: a sealed archive is not there or cannot be read;
   * `bad-archive`: it is not what was sealed, or not sealed by the portal.
   */
  kind:
    | 'altered'
    | 'missing'
    | 'truncated'
    | 'rewritten'
    | 'bad-anchor'
    | 'missing-archive'
    | 'bad-archive';
  sequence: number;
  detail: string;
}

/** What a check of a stream says. */
export interface StreamVerification {
  stream: string;
  /** `unanchored`: the chain is whole, but nothing outside the database vouches for it, so its end could be gone. */
  state: 'intact' | 'broken' | 'unanchored';
  /** How many were read, those of archives included. */
  entries: number;
  /** Up to this entry they are in archives; absent when none is. */
  archived?: number;
  /** The last anchor that holds. What came after it, nothing outside the database vouches for yet. */
  anchored?: { sequence: number; at: string };
  /** At most 100. */
  findings: TrailFinding[];
}
