import { AuditorService } from '@backstage/backend-plugin-api';
import { ConflictError, InputError, NotFoundError } from '@backstage/errors';
import {
  approvalDelegatePermission,
  Delegation,
  DelegationInput,
  DelegationList,
  MAX_DELEGATION_DAYS,
} from '@shopfloor/plugin-approvals-common';
import {
  afterwards,
  TrailSchema,
  withContent,
} from '@shopfloor/plugin-audit-node';
import { audited } from '@shopfloor/plugin-requests-node';
import { Request } from 'express';
import { RequestAccess } from '../access/RequestAccess';
import { PersonDirectory, UserCredentials } from '../people/PersonDirectory';
import { lower } from '../people/refs';
import { DelegationStore } from '../store/DelegationStore';
import { PolicyStore } from '../store/PolicyStore';

const DELEGATION_SCHEMA: TrailSchema = {
  fields: {
    from: 'keep',
    to: 'keep',
    startsAt: 'keep',
    endsAt: 'keep',
    endedAt: 'keep',
    types: { items: 'keep' },
  },
};

/** What {@link DelegationService} needs. */
export interface DelegationServiceOptions {
  access: RequestAccess;
  auditor: AuditorService;
  delegations: DelegationStore;
  people: PersonDirectory;
  policies: PolicyStore;
  newId: () => string;
  now: () => Date;
}

/** Delegations of the person who asks. Nobody delegates for another. */
export class DelegationService {
  readonly #options: DelegationServiceOptions;

  constructor(options: DelegationServiceOptions) {
    this.#options = options;
  }

  async list(credentials: UserCredentials): Promise<DelegationList> {
    const { access, delegations, policies } = this.#options;
    const ref = lower(credentials.principal.userEntityRef);
    const [items, mayManage, all] = await Promise.all([
      delegations.ofPerson(ref),
      access.may(approvalDelegatePermission, credentials),
      policies.policies(),
    ]);
    return {
      items,
      mayManage,
      types: [
        ...new Set(all.flatMap(({ appliesTo }) => appliesTo.types)),
      ].sort(),
    };
  }

  /** @throws InputError that names the field, ConflictError when there are too many */
  async create(
    input: DelegationInput,
    credentials: UserCredentials,
    httpRequest: Request,
  ): Promise<Delegation> {
    const { access, auditor, delegations, people, newId, now } = this.#options;
    const from = lower(credentials.principal.userEntityRef);
    const delegation: Delegation = {
      id: newId(),
      from,
      ...input,
      startsAt: new Date(input.startsAt).toISOString(),
      endsAt: new Date(input.endsAt).toISOString(),
    };
    return audited(
      auditor,
      {
        eventId: 'delegation-create',
        request: httpRequest,
        meta: withContent(
          {
            delegationId: delegation.id,
            from,
            to: delegation.to,
            startsAt: delegation.startsAt,
            endsAt: delegation.endsAt,
          },
          { schema: DELEGATION_SCHEMA },
        ),
        result: made => afterwards({ ...made }),
      },
      async () => {
        await access.require(approvalDelegatePermission, credentials);
        const problem = problemOf(delegation, now());
        if (problem) {
          throw new InputError(problem);
        }
        if (!(await people.isPerson(delegation.to))) {
          throw new InputError(
            `to: the catalog knows no person ${delegation.to}`,
          );
        }
        await delegations.create(delegation, now());
        return delegation;
      },
    );
  }

  /** @throws NotFoundError when it is not of the person, ConflictError when it is ended */
  async end(
    id: string,
    credentials: UserCredentials,
    httpRequest: Request,
  ): Promise<Delegation> {
    const { auditor, access, delegations, now } = this.#options;
    const found = await delegations.get(id);
    if (found?.from !== lower(credentials.principal.userEntityRef)) {
      throw new NotFoundError(`You have given no delegation ${id}`);
    }
    return audited(
      auditor,
      {
        eventId: 'delegation-end',
        request: httpRequest,
        meta: withContent(
          { delegationId: id, from: found.from, to: found.to },
          { before: { ...found }, schema: DELEGATION_SCHEMA },
        ),
        result: ended => afterwards({ ...ended }),
      },
      async () => {
        await access.require(approvalDelegatePermission, credentials);
        if (!(await delegations.end(id, now()))) {
          throw new ConflictError(`The delegation ${id} is ended already`);
        }
        return (await delegations.get(id)) as Delegation;
      },
    );
  }
}

function problemOf(
  { from, to, startsAt, endsAt }: Delegation,
  now: Date,
): string | undefined {
  if (to === from) {
    return 'to: you decide for yourself anyway';
  }
  const [start, end] = [Date.parse(startsAt), Date.parse(endsAt)];
  if (end <= start) {
    return 'endsAt: must be later than startsAt';
  }
  if (end <= now.getTime()) {
    return 'endsAt: must be in the future';
  }
  return end - start > MAX_DELEGATION_DAYS * 86_400_000
    ? `endsAt: a delegation lasts at most ${MAX_DELEGATION_DAYS} days`
    : undefined;
}
