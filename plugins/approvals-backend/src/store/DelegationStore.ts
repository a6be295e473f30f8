import { ConflictError } from '@backstage/errors';
import { Delegation } from '@shopfloor/plugin-approvals-common';
import { Knex } from 'knex';

interface DelegationRow {
  id: string;
  from_ref: string;
  to_ref: string;
  starts_at: Date;
  ends_at: Date;
  types: string[] | null;
  reason: string | null;
  ended_at: Date | null;
}

/** No person has more delegations that go on, given. */
export const MAX_OPEN_DELEGATIONS = 20;

/** Delegations, given and taken. */
export class DelegationStore {
  readonly #db: Knex;

  constructor(db: Knex) {
    this.#db = db;
  }

  /** @throws ConflictError when a person has too many */
  async create(delegation: Delegation, now: Date): Promise<void> {
    await this.#db.transaction(async tx => {
      await tx.raw('select pg_advisory_xact_lock(hashtextextended(?, 0))', [
        `delegations of ${delegation.from}`,
      ]);
      const [{ count }] = await tx('approvals_delegations')
        .where({ from_ref: delegation.from })
        .where('ends_at', '>', now)
        .whereNull('ended_at')
        .count();
      if (Number(count) >= MAX_OPEN_DELEGATIONS) {
        throw new ConflictError(
          `You have ${count} delegations that go on; end one of them first`,
        );
      }
      await tx('approvals_delegations').insert({
        id: delegation.id,
        from_ref: delegation.from,
        to_ref: delegation.to,
        starts_at: new Date(delegation.startsAt),
        ends_at: new Date(delegation.endsAt),
        types: delegation.types ?? null,
        reason: delegation.reason ?? null,
      });
    });
  }

  async get(id: string): Promise<Delegation | undefined> {
    const row = await this.#db('approvals_delegations').where({ id }).first();
    return row && toDelegation(row);
  }

  /** @returns whether it went on until now */
  async end(id: string, now: Date): Promise<boolean> {
    const ended = await this.#db('approvals_delegations')
      .where({ id })
      .whereNull('ended_at')
      .where('ends_at', '>', now)
      .update({ ended_at: now });
    return ended > 0;
  }

  /** From and to a person, the latest first; at most 200. */
  async ofPerson(ref: string): Promise<Delegation[]> {
    const rows = await this.#db('approvals_delegations')
      .where({ from_ref: ref })
      .orWhere({ to_ref: ref })
      .orderBy([
        { column: 'ends_at', order: 'desc' },
        { column: 'id', order: 'asc' },
      ])
      .limit(200);
    return rows.map(toDelegation);
  }

  /** Those in force, of everybody or to some people. */
  async inForce(now: Date, to?: string[]): Promise<Delegation[]> {
    const query = this.#db('approvals_delegations')
      .where('starts_at', '<=', now)
      .where('ends_at', '>', now)
      .whereNull('ended_at')
      .orderBy('id');
    if (to) {
      query.whereRaw('to_ref = any(?::text[])', [to]);
    }
    return (await query).map(toDelegation);
  }
}

function toDelegation(row: DelegationRow): Delegation {
  const { types, reason, ended_at } = row;
  return {
    id: row.id,
    from: row.from_ref,
    to: row.to_ref,
    startsAt: row.starts_at.toISOString(),
    endsAt: row.ends_at.toISOString(),
    ...(types && { types }),
    ...(reason && { reason }),
    ...(ended_at && { endedAt: ended_at.toISOString() }),
  };
}
