import {
  applyGrantEvents,
  decideGrant,
  GrantCommand,
  GrantContext,
  GrantData,
  GrantEvent,
  GrantRefusal,
} from '@shopfloor/plugin-secrets-common';
import { SubjectDiff } from '@shopfloor/plugin-approvals-common';
import { AnnouncementStore } from '@shopfloor/plugin-announcements-node';
import { Knex } from 'knex';
import { GrantOwners, noticesOf } from '../notices/notices';
import { doneBefore, KeyedAct, rememberAct } from './ActStore';
import { nextAt, toColumns } from './grantRow';
import { openRotation } from './RotationStore';

/** What a command did. Without events it was done before. */
export type ChangeResult =
  | { grant: GrantData; events: GrantEvent[] }
  | { grant: GrantData | undefined; refusal: GrantRefusal };

/** A grant that is to be asked for. */
export interface OpenOptions {
  slot: string;
  owners: GrantOwners;
  /** What who decides is shown. */
  diff: SubjectDiff;
  act: KeyedAct;
  now: Date;
  command: Extract<GrantCommand, { type: 'ask' }>;
}

/** A grant of the platform that is to be taken in. */
export interface AdoptOptions {
  owners: GrantOwners;
  diff: SubjectDiff;
  now: Date;
  command: Extract<GrantCommand, { type: 'adopt' }>;
}

/** A grant with what stands beside it in its row. */
export interface StoredGrant {
  grant: GrantData;
  owners: GrantOwners;
  settled: boolean;
  proofAsked: boolean;
  attempts: number;
}

/** Columns of a grant that {@link toStored} reads. */
export const STORED_COLUMNS = [
  'grant',
  'subject_owners',
  'secret_owners',
  'settled',
  'proof_asked',
  'attempts',
];

/** A row as a grant. */
export function toStored(row: any): StoredGrant {
  return {
    grant: row.grant,
    owners: { subject: row.subject_owners, secret: row.secret_owners },
    settled: row.settled,
    proofAsked: row.proof_asked,
    attempts: row.attempts,
  };
}

/**
 * Grants and everything that must become true with them: a command's events, the grant after them, what is told of it and the
 * rotations that it opens are one transaction, under a lock on the grant. So a process that dies in between did nothing.
 */
export class GrantStore {
  readonly #db: Knex;
  readonly #announcements: AnnouncementStore;
  readonly #newId: () => string;

  static create(options: {
    db: Knex;
    announcements: AnnouncementStore;
    newId: () => string;
  }): GrantStore {
    return new GrantStore(options);
  }

  private constructor(options: {
    db: Knex;
    announcements: AnnouncementStore;
    newId: () => string;
  }) {
    this.#db = options.db;
    this.#announcements = options.announcements;
    this.#newId = options.newId;
  }

  /** The number that the next grant of a slot gets: above all that were approved or are asked for, at least 1. */
  async nextNumber(slot: string, db: Knex = this.#db): Promise<number> {
    const row = await db('secrets_grants')
      .where({ slot })
      .where(used =>
        used.where({ written: true }).orWhere({ state: 'requested' }),
      )
      .max('number as max')
      .first();
    return Math.max(0, Number(row?.max ?? 0)) + 1;
  }

  /** What came of an act, when it was done before. */
  async resultOf(act: KeyedAct): Promise<string | undefined> {
    return this.#db.transaction(tx => doneBefore(tx, act));
  }

  /**
   * Asks for a grant, once for each key.
   *
   * @returns undefined when its number was taken by another meanwhile
   */
  async open(options: OpenOptions): Promise<GrantData | undefined> {
    const { slot, owners, diff, act, now, command } = options;
    return this.#db.transaction(async tx => {
      const before = await doneBefore(tx, act);
      if (before) {
        const row = await tx('secrets_grants').where({ id: before }).first();
        return row.grant as GrantData;
      }
      await tx.raw('select pg_advisory_xact_lock(hashtextextended(?, 0))', [
        `secrets slot ${slot}`,
      ]);
      if ((await this.nextNumber(slot, tx)) > command.number) {
        return undefined;
      }
      const result = decideGrant(undefined, command, {
        now: now.toISOString(),
      });
      if ('refusal' in result) {
        throw new Error(result.refusal.message);
      }
      const grant = await this.#save(tx, undefined, result.events, {
        owners,
        diff,
        now,
      });
      await rememberAct(tx, act, { result: grant.id, at: now });
      return grant;
    });
  }

  /**
   * Takes in what the platform granted, once for ever.
   *
   * @returns whether it was not known
   */
  async adopt(options: AdoptOptions): Promise<boolean> {
    const { owners, diff, now, command } = options;
    const { slot, number } = command;
    return this.#db.transaction(async tx => {
      await tx.raw('select pg_advisory_xact_lock(hashtextextended(?, 0))', [
        `secrets slot ${slot}`,
      ]);
      if (await tx('secrets_grants').where({ slot, number }).first('id')) {
        return false;
      }
      const result = decideGrant(undefined, command, {
        now: now.toISOString(),
      });
      if ('refusal' in result) {
        throw new Error(result.refusal.message);
      }
      await this.#save(tx, undefined, result.events, { owners, diff, now });
      return true;
    });
  }

  /** The owners by whom a grant is seen and acted on. */
  async changeOwners(id: string, owners: GrantOwners): Promise<void> {
    await this.#db('secrets_grants').where({ id }).update({
      subject_owners: owners.subject,
      secret_owners: owners.secret,
    });
  }

  /** Names of grants, whatever became of them. */
  async known(names: string[]): Promise<Set<string>> {
    const rows = await this.#db('secrets_grants')
      .whereIn('name', names)
      .select('name');
    return new Set(rows.map(({ name }) => name));
  }

  /**
   * Does something to a grant.
   *
   * @param options - `act`: with the key of a person's act it is done once; `also` is done in the same transaction
   */
  async change(
    id: string,
    command: GrantCommand,
    context: GrantContext,
    options: {
      act?: KeyedAct;
      also?: (tx: Knex.Transaction) => Promise<void>;
    } = {},
  ): Promise<ChangeResult> {
    const { act, also } = options;
    return this.#db.transaction(async (tx): Promise<ChangeResult> => {
      const repeated = act && (await doneBefore(tx, act));
      const row = await tx('secrets_grants')
        .where({ id })
        .forUpdate()
        .first(STORED_COLUMNS);
      const stored = row && toStored(row);
      if (repeated && stored) {
        return { grant: stored.grant, events: [] };
      }
      const result = decideGrant(stored?.grant, command, context);
      if ('refusal' in result) {
        return { grant: stored?.grant, refusal: result.refusal };
      }
      const now = new Date(context.now);
      const grant = await this.#save(tx, stored, result.events, {
        owners: stored!.owners,
        now,
      });
      if (act) {
        await rememberAct(tx, act, { result: id, at: now });
      }
      await also?.(tx);
      return { grant, events: result.events };
    });
  }

  /** Has a grant proven again, once for each key. */
  async askProof(id: string, act: KeyedAct, now: Date): Promise<void> {
    await this.#db.transaction(async tx => {
      if (await doneBefore(tx, act)) {
        return;
      }
      await tx('secrets_grants')
        .where({ id })
        .update({ proof_asked: true, next_at: now, attempts: 0 });
      await rememberAct(tx, act, { result: id, at: now });
    });
  }

  async get(id: string): Promise<StoredGrant | undefined> {
    const row = await this.#db('secrets_grants')
      .where({ id })
      .first(STORED_COLUMNS);
    return row && toStored(row);
  }

  /** What was shown when it was asked for. */
  async diffOf(id: string): Promise<SubjectDiff | undefined> {
    const row = await this.#db('secrets_grants').where({ id }).first('diff');
    return row?.diff;
  }

  /** Oldest first. */
  async events(id: string): Promise<GrantEvent[]> {
    const rows = await this.#db('secrets_events')
      .where({ grant_id: id })
      .orderBy('seq')
      .select('event');
    return rows.map(({ event }) => event);
  }

  /** Ids of all that did not end yet, in a fixed order. */
  async unended(): Promise<string[]> {
    const rows = await this.#db('secrets_grants')
      .whereNull('ended_at')
      .orderBy('id')
      .select('id');
    return rows.map(({ id }) => id);
  }

  /** Grants that were applied and ended after a moment; at most 500. */
  async endedSince(moment: Date): Promise<StoredGrant[]> {
    const rows = await this.#db('secrets_grants')
      .where({ written: true })
      .where('ended_at', '>=', moment)
      .orderBy('ended_at', 'desc')
      .limit(500)
      .select(STORED_COLUMNS);
    return rows.map(toStored);
  }

  /** Grants in force of a subject. */
  async livingOf(
    subjectRef: string,
    environment: string,
  ): Promise<GrantData[]> {
    const rows = await this.#db('secrets_grants')
      .where({ subject_ref: subjectRef, environment })
      .whereIn('state', ['active', 'expiring', 'drifted'])
      .limit(200)
      .select('grant');
    return rows.map(({ grant }) => grant);
  }

  async #save(
    tx: Knex.Transaction,
    before: Pick<StoredGrant, 'grant' | 'settled' | 'proofAsked'> | undefined,
    events: GrantEvent[],
    options: { owners: GrantOwners; diff?: SubjectDiff; now: Date },
  ): Promise<GrantData> {
    const { owners, diff, now } = options;
    const grant = applyGrantEvents(before?.grant, events);
    const proofAsked =
      (before?.proofAsked ?? false) &&
      !events.some(({ type }) => type === 'proven' || type === 'refuted');
    const next = nextAt(
      grant,
      { settled: before?.settled ?? false, proofAsked },
      now,
    );
    // A wait ends by its own pause, not by having been noted.
    const waits = events.every(({ type }) => type === 'held');
    const columns = {
      ...toColumns(grant),
      proof_asked: proofAsked,
      ...(!waits && { next_at: next ?? null, attempts: 0 }),
    };
    if (before) {
      await tx('secrets_grants').where({ id: grant.id }).update(columns);
    } else {
      await tx('secrets_grants').insert({
        ...columns,
        id: grant.id,
        subject_owners: owners.subject,
        secret_owners: owners.secret,
        diff: JSON.stringify(diff),
      });
    }
    const first = (before?.grant.version ?? 0) + 1;
    await tx('secrets_events').insert(
      events.map((event, index) => ({
        grant_id: grant.id,
        seq: first + index,
        event: JSON.stringify(event),
      })),
    );
    await this.#announcements.add(
      events.flatMap((event, index) =>
        noticesOf({ grant, event, owners }).map((notice, number) => ({
          ...notice,
          key: `${grant.id} ${first + index} ${number}`,
          at: now,
        })),
      ),
      tx,
    );
    for (const event of events) {
      if (event.type === 'revoked' || event.type === 'expired') {
        await openRotation(tx, {
          grant,
          cause: event.type,
          owners: owners.secret,
          id: this.#newId(),
        });
      }
    }
    return grant;
  }
}
