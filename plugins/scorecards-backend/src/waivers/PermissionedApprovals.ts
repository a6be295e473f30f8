import { waiverDecidePermission } from '@shopfloor/plugin-scorecards-common';
import { GradeAccess, UserCredentials } from '../access/GradeAccess';
import { WaiverApprovals } from './WaiverApprovals';

/** {@link WaiverApprovals} by whoever holds the permission. */
export class PermissionedApprovals implements WaiverApprovals {
  readonly #access: GradeAccess;

  constructor(options: { access: GradeAccess }) {
    this.#access = options.access;
  }

  async submit(): Promise<void> {
    // Those who may decide find it in the list of what waits.
  }

  mayDecideHere(credentials: UserCredentials): Promise<boolean> {
    return this.#access.may(waiverDecidePermission, credentials);
  }
}
