/** Where a rebuild is. It goes through them in this order. */
export type RebuildState =
  'requested' | 'copying' | 'replaying' | 'indexing' | 'done' | 'cancelled';

/** A rebuild of the index. */
export interface Rebuild {
  id: string;
  state: RebuildState;
  generation?: number;
  reason?: string;
  requestedBy: string;
  requestedAt: Date;
  finishedAt?: Date;
  /** Products queued from what this service knows. */
  copied: number;
  copiedTo?: string;
  /** Events replayed. */
  replayed: number;
  /** Documents in the new generation when it began to serve. */
  documents?: number;
  /** Why the last step failed; it is tried again. */
  lastError?: string;
}

/** What a step of a rebuild changes of it. */
export interface RebuildChange {
  state?: RebuildState;
  generation?: number;
  documents?: number;
  lastError?: string;
}

/** Rebuilds. One at a time is under way, held by one replica on a lease. */
export interface RebuildStore {
  /** Asks for a rebuild, or answers with the one under way. */
  request(options: {
    id: string;
    requestedBy: string;
    reason?: string;
  }): Promise<{ rebuild: Rebuild; isNew: boolean }>;
  find(id: string): Promise<Rebuild | undefined>;
  /** Newest first. */
  list(limit: number): Promise<Rebuild[]>;
  /** Ends one that is under way. Undefined when there is none of this id. */
  cancel(id: string): Promise<Rebuild | undefined>;
  /** The rebuild under way, when this holder has or gets its lease. */
  lease(options: {
    holder: string;
    seconds: number;
  }): Promise<Rebuild | undefined>;
  /** Hands the lease back. */
  release(holder: string): Promise<void>;
  /** @returns false when the lease is lost or the rebuild has ended: stop */
  update(id: string, holder: string, change: RebuildChange): Promise<boolean>;
  /** Queues the next products for a generation. @returns how many; 0: all are queued */
  copyStep(id: string, holder: string, limit: number): Promise<number>;
  /** Counts replayed events. */
  countReplayed(id: string, events: number): Promise<void>;
  /** Forgets what is queued for a generation alone. */
  forgetQueue(generation: number): Promise<void>;
}
