import { WaiverAct } from '@shopfloor/plugin-scorecards-common';
import { UserCredentials } from '../access/GradeAccess';
import { StoredWaiver } from '../store/WaiverStore';

/** What others than who asked may do to a waiver. */
export type OthersAct = Exclude<WaiverAct, 'withdraw'>;

/** Decides about waivers: people with a permission, or an approvals engine. */
export interface WaiverApprovals {
  /**
   * Told of a waiver that waits, after it was written. It does not throw when the waiver can be submitted later.
   *
   * @returns the id of the request for approval, when there is one
   */
  submit(waiver: StoredWaiver): Promise<string | undefined>;
  /**
   * Told that a waiver is to be withdrawn, before that is written. Once more is the same.
   *
   * @throws ConflictError when it is decided already
   */
  withdraw(waiver: StoredWaiver): Promise<void>;
  /** What the person may do to waivers here; about the own ones nobody decides. */
  actsHere(credentials: UserCredentials): Promise<readonly OthersAct[]>;
  /** Whether people decide elsewhere, under the request for approval. */
  readonly decidesElsewhere: boolean;
}
