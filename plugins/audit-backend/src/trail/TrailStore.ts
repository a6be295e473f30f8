import {
  Act,
  ActIntent,
  ActOutcome,
  ActResult,
} from '@shopfloor/plugin-audit-common';
import { ArchivePlace, StoredEntry } from '@shopfloor/plugin-audit-node';
import { Place, Visible } from '../store/visibility';
import { ArchiveQuery, ArchiveRange, ArchiveRecord } from './archiveRecords';

/** What of the trail is wanted. */
export interface ActQuery {
  visible: Visible;
  stream?: string[];
  actor?: string[];
  entity?: string[];
  action?: string[];
  outcome?: ActOutcome[];
  traceId?: string[];
  changeId?: string[];
  approvalId?: string[];
  from?: Date;
  to?: Date;
  after?: Place;
  limit: number;
}

/** The head of a stream. */
export interface StreamHead {
  stream: string;
  sequence: number;
  hash: string;
}

/** The audit trail. */
export interface TrailStore {
  /** Appends an intent; told again, it is there once. */
  begin(stream: string, intent: ActIntent, at: Date): Promise<void>;
  /**
   * Appends an outcome; told again, the first stays.
   *
   * @throws NotFoundError when the stream has no such intent
   */
  end(
    stream: string,
    actId: string,
    result: ActResult,
    at: Date,
  ): Promise<void>;
  /** Latest first, with the number of all that match on any page. */
  list(query: ActQuery): Promise<{ items: Act[]; totalItems: number }>;
  heads(): Promise<StreamHead[]>;
  /** The entries of a stream after one, in order. */
  read(stream: string, after: number, limit: number): Promise<StoredEntry[]>;
  /** What of a stream left for sealed archives, in the order of the chain. */
  places(stream: string): Promise<ArchivePlace[]>;
  /** Archives that may hold entries of a time, latest first, with the number of all that match on any page. */
  archives(
    query: ArchiveQuery,
  ): Promise<{ items: ArchiveRecord[]; totalItems: number }>;
  /** When the last entry was written that is in an archive which reaches into a time; `undefined` when none does. */
  archivedUntil(range: ArchiveRange): Promise<Date | undefined>;
  /** Every stream that has a head or an entry. */
  streams(): Promise<string[]>;
}
