import { UserCredentials } from '../access/GradeAccess';
import { StoredWaiver } from '../store/WaiverStore';

/** How a waiver was decided. */
export interface WaiverOutcome {
  waiverId: string;
  act: 'approve' | 'deny' | 'revoke';
  /** Entity ref of a person. */
  by: string;
  comment?: string;
}

/**
 * Decides about waivers. Built in, people with a permission do. An approvals engine takes its place by opening an approval
 * in `submit` and giving its outcomes to `WaiverService.applyOutcome`, which may be told the same one twice.
 */
export interface WaiverApprovals {
  /** Told of a waiver that waits, after it was written. */
  submit(waiver: StoredWaiver): Promise<void>;
  /** Whether the person may decide about waivers here; of the own ones nobody may. */
  mayDecideHere(credentials: UserCredentials): Promise<boolean>;
}
