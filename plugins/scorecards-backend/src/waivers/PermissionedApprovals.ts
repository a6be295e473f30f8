import { waiverDecidePermission } from '@shopfloor/plugin-scorecards-common';
import { GradeAccess, UserCredentials } from '../access/GradeAccess';
import { OthersAct, WaiverApprovals } from './WaiverApprovals';

/** {@link WaiverApprovals} by whoever holds the permission. */
export class PermissionedApprovals implements WaiverApprovals {
  readonly decidesElsewhere = false;
  readonly #access: GradeAccess;

  constructor(options: { access: GradeAccess }) {
    this.#access = options.access;
  }

  async submit(): Promise<undefined> {
    // Those who may decide find it in the list of what waits.
  }

  async withdraw(): Promise<void> {
    // Nobody else knows of it.
  }

  async actsHere(credentials: UserCredentials): Promise<readonly OthersAct[]> {
    return (await this.#access.may(waiverDecidePermission, credentials))
      ? ['approve', 'deny', 'revoke']
      : [];
  }
}
