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
  /** Ids of traces (W3C). */
  traceId?: string[];
  /** Ids by which plugins know their changes. */
  changeId?: string[];
  /** Ids of requests for approval. */
  approvalId?: string[];
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
  /** Whether the reader may have the trail checked. */
  mayVerify: boolean;
}

/** The state of the whole trail. */
export interface TrailVerification {
  /** ISO 8601. */
  verifiedAt: string;
  streams: StreamVerification[];
}
