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
  /**
   * Acts of the time that was asked for are in sealed archives, the last of them written then (ISO 8601); these are neither
   * listed nor counted. Absent when no archive reaches into it.
   */
  archivedUntil?: string;
}

/** Filters of the list of archives; all must match. */
export interface ListArchivesOptions extends Pick<
  ListActsOptions,
  'stream' | 'from' | 'to' | 'cursor'
> {
  /** Page size, 1 to 100; default 20. */
  limit?: number;
}

/**
 * How an archive is found without its entries being read: `sealed`: it is there, and its seal is one of the portal's for exactly
 * this place in the chain; `missing`: its file or its seal is not there; `broken`: its seal is another one; `unknown`: that cannot
 * be told.
 */
export const ARCHIVE_STATES = [
  'sealed',
  'missing',
  'broken',
  'unknown',
] as const;

/** One of {@link ARCHIVE_STATES}. */
export type ArchiveState = (typeof ARCHIVE_STATES)[number];

/** Why an archive is not `sealed`. */
export const ARCHIVE_PROBLEMS = [
  'no-folder',
  'no-keys',
  'unreadable',
  'no-seal',
  'no-file',
  'signature',
  'other-entries',
] as const;

/** One of {@link ARCHIVE_PROBLEMS}. */
export type ArchiveProblem = (typeof ARCHIVE_PROBLEMS)[number];

/** Entries of a stream that left the database. Times are ISO 8601. */
export interface TrailArchive {
  stream: string;
  /** Place of its first entry in the stream's chain. */
  first: number;
  last: number;
  /** When its first entry was written; absent where nobody kept it. */
  from?: string;
  /** When its last entry was written; absent where nobody kept it. */
  until?: string;
  sealedAt: string;
  state: ArchiveState;
  /** Absent of what is `sealed`. */
  problem?: ArchiveProblem;
  /** Path of the file below the folder of archives. */
  file?: string;
  /** Size of the file; absent when it is not there. */
  bytes?: number;
  /** SHA-256 of the file as it was sealed, hexadecimal. Whether the file still has it, the check of the trail says. */
  sha256?: string;
  /** Names the key that sealed it. */
  keyId?: string;
}

/** A page of the archives, latest first. */
export interface ArchiveList {
  items: TrailArchive[];
  /** All that match, on every page. */
  totalItems: number;
  nextCursor?: string;
  /** The folder of archives; absent when none is configured. */
  directory?: string;
  /** Entries that are older leave the database; absent when none does. */
  retentionDays?: number;
}

/** The state of the whole trail. */
export interface TrailVerification {
  /** ISO 8601. */
  verifiedAt: string;
  streams: StreamVerification[];
}
