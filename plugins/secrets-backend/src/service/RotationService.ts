import { AuditorService } from '@backstage/backend-plugin-api';
import { audited } from '@shopfloor/plugin-requests-node';
import {
  ListRotationsOptions,
  RotationList,
  RotationTask,
  secretGrantReadPermission,
  secretGrantRepairPermission,
} from '@shopfloor/plugin-secrets-common';
import {
  GrantAccess,
  GrantCriteria,
  meets,
  narrowingRotations,
  notGranted,
  UserCredentials,
} from '../access/GrantAccess';
import { answer } from '../answer';
import { EntityDirectory } from '../people/EntityDirectory';
import { doneBefore, rememberAct } from '../store/ActStore';
import { ReviewStore } from '../store/ReviewStore';
import { RotationStore, StoredRotation } from '../store/RotationStore';
import { readCursor, writeCursor } from './cursor';
import { ActOptions } from './GrantService';
import { Presenter } from './Presenter';

const DEFAULT_LIMIT = 25;

/** What {@link RotationService} needs. */
export interface RotationServiceOptions {
  access: GrantAccess;
  auditor: AuditorService;
  directory: EntityDirectory;
  presenter: Presenter;
  rotations: RotationStore;
  transactions: Pick<ReviewStore, 'transaction'>;
  now: () => Date;
}

/** What people do about values that should be others. */
export class RotationService {
  readonly #options: RotationServiceOptions;

  constructor(options: RotationServiceOptions) {
    this.#options = options;
  }

  async list(
    filter: ListRotationsOptions,
    credentials: UserCredentials,
  ): Promise<RotationList> {
    const { access, rotations } = this.#options;
    const { limit = DEFAULT_LIMIT, cursor } = filter;
    const after = cursor ? readCursor(cursor) : undefined;
    const [readable, repairable] = await Promise.all([
      access.criteria(secretGrantReadPermission, credentials),
      access.criteria(secretGrantRepairPermission, credentials),
    ]);
    const { items, totalItems } = await rotations.list({
      filter,
      readable: narrowingRotations(readable),
      limit: limit + 1,
      ...(after && { after: { dueAt: after.moment, id: after.id } }),
    });
    const page = items.slice(0, limit);
    const last = page.at(-1);
    return {
      items: await Promise.all(
        page.map(each => this.#present(each, repairable)),
      ),
      totalItems,
      ...(items.length > limit &&
        last && { nextCursor: writeCursor(last.dueAt, last.id) }),
    };
  }

  /** Notes that a value was changed, in the words of who did. */
  async finish(
    { id, comment }: { id: string; comment?: string },
    { credentials, httpRequest, idempotencyKey }: ActOptions,
  ): Promise<RotationTask> {
    const { access, auditor, directory, rotations, transactions, now } =
      this.#options;
    return audited(
      auditor,
      {
        eventId: 'rotation-done',
        request: httpRequest,
        meta: { rotationId: id },
      },
      async () => {
        const [readable, repairable] = await Promise.all([
          access.criteria(secretGrantReadPermission, credentials),
          access.criteria(secretGrantRepairPermission, credentials),
        ]);
        const rotation = await rotations.get(id);
        if (!rotation || !meets(readable, resourceOf(rotation))) {
          throw answer('rotation-unknown', { id });
        }
        if (!meets(repairable, resourceOf(rotation))) {
          throw notGranted(secretGrantRepairPermission.name);
        }
        const { ref } = await directory.person(credentials);
        const act = { person: ref, key: idempotencyKey, act: `done ${id}` };
        await transactions.transaction(async tx => {
          if (await doneBefore(tx, act)) {
            return;
          }
          await rotations.finish(tx, { id, by: ref, comment, now: now() });
          await rememberAct(tx, act, { result: id, at: now() });
        });
        return this.#present((await rotations.get(id))!, repairable);
      },
    );
  }

  async #present(
    rotation: StoredRotation,
    repairable: GrantCriteria,
  ): Promise<RotationTask> {
    const { owners: _, ...task } = rotation;
    const { environment, owner, secret } = rotation;
    const link = await this.#options.presenter.linkOf(
      environment,
      owner,
      secret,
    );
    return {
      ...task,
      ...(link && { link }),
      mayFinish:
        task.state === 'open' && meets(repairable, resourceOf(rotation)),
    };
  }
}

/** A rotation has no subject. */
function resourceOf({ environment, owners }: StoredRotation) {
  return { environment, subjectOwners: [], secretOwners: owners };
}
