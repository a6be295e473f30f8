import { Act, ActOutcome, StreamVerification } from '../trail/entry';

/** Filters of the trail; all must match. */
export interface ListActsOptions {
  /** Ids of plugins. */
  stream?: string[];
  /** Entity refs of people, or subjects of programs. */
  actor?: string[];
  entity?: string[];
  action?: string[];
  outcome?: ActOutcome[];
  /** ISO 8601. */
  from?: string;
  /** ISO 8601. */
  to?: string;
  /** Page size, 1 to 200; default 50. */
  limit?: number;
  /** `nextCursor` of the page before. */
  cursor?: string;
}

/** A page of the trail, latest first. */
export interface ActList {
  items: Act[];
  /** All that match, on every page. */
  totalItems: number;
  nextCursor?: string;
}

/** The state of the whole trail. */
export interface TrailVerification {
  /** ISO 8601. */
  verifiedAt: string;
  streams: StreamVerification[];
}
