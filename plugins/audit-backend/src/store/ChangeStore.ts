import {
  Change,
  ChangeKind,
  ChangeOutcome,
  ChangeReport,
} from '@shopfloor/plugin-audit-common';
import { EntityFilters, Place, Visible } from './visibility';

/** What of a list of changes is wanted. */
export interface ChangeQuery extends EntityFilters {
  visible: Visible;
  environment?: string[];
  kind?: ChangeKind[];
  outcome?: ChangeOutcome[];
  who?: string[];
  from?: Date;
  to?: Date;
  after?: Place;
  limit: number;
}

/** Changes. */
export interface ChangeStore {
  /** Writes what is told; a change never goes back to an earlier stage, and keeps the time at which it is said to have begun first. */
  record(options: {
    source: string;
    reports: ChangeReport[];
    observedAt: Date;
  }): Promise<void>;
  /** Latest start first, with the number of all that match on any page. */
  list(query: ChangeQuery): Promise<{ items: Change[]; totalItems: number }>;
  get(id: string, visible: Visible): Promise<Change | undefined>;
  /**
   * Ends what a source saw begin in an environment and does not see any more: how it went cannot be told.
   *
   * @param seen - ids of what it does see
   * @returns how many there were
   */
  endUnseen(options: {
    source: string;
    environment: string;
    seen: string[];
    at: Date;
  }): Promise<number>;
}
