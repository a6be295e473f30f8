import {
  GrantData,
  ListRotationsOptions,
  rotationAfterRevocation,
  rotationNeed,
  RotationCause,
  RotationTask,
  SecretDeclaration,
  SecretReference,
} from '@shopfloor/plugin-secrets-common';
import { Knex } from 'knex';
import { subjectRefOf } from './grantRow';

/** A rotation as it is kept. */
export interface StoredRotation extends Omit<
  RotationTask,
  'link' | 'mayFinish'
> {
  /** Entity refs of the owners of the secret. */
  owners: string[];
}

/**
 * Opens a rotation for what the subject of an ended grant has read, unless it may still read it by another grant: values of KV and
 * certificates. `rotationNeed` says why of others there is none.
 */
export async function openRotation(
  tx: Knex.Transaction,
  options: {
    grant: GrantData;
    cause: Extract<RotationCause, 'revoked' | 'expired'>;
    owners: string[];
    id: string;
  },
): Promise<void> {
  const { grant, cause, owners, id } = options;
  const { secret, access, environment, owner } = grant.request;
  if (!rotationNeed(grant).needed || grant.endedAt === undefined) {
    return;
  }
  const reading = access.filter(each => each === 'read' || each === 'issue');
  const others = await tx('secrets_grants')
    .where({
      environment,
      owner_ref: owner,
      subject_ref: subjectRefOf(grant),
    })
    .whereIn('state', ['active', 'expiring', 'drifted'])
    .whereNot({ id: grant.id })
    .whereRaw(`"grant"->'request'->'secret'->>'kind' = ?`, [secret.kind])
    .whereRaw(`"grant"->'request'->'secret'->>'path' = ?`, [secret.path])
    .whereRaw(`"grant"->'request'->'access' @> ?::jsonb`, [
      JSON.stringify(reading),
    ])
    .first('id');
  if (others) {
    return;
  }
  const declared = await tx('secrets_declarations')
    .where({ entity_ref: owner })
    .first('secrets');
  const declaration = (declared?.secrets as SecretDeclaration[])?.find(
    ({ name }) => name === secret.declared,
  );
  await tx('secrets_rotations')
    .insert({
      id,
      environment,
      owner_ref: owner,
      owners,
      secret: JSON.stringify(secret),
      cause,
      grant_id: grant.id,
      task_key: `grant ${grant.id}`,
      opened_at: new Date(grant.endedAt),
      due_at: new Date(
        rotationAfterRevocation(grant.endedAt, declaration?.class),
      ),
    })
    .onConflict('task_key')
    .ignore();
}

/** Rotations. */
export class RotationStore {
  readonly #db: Knex;

  constructor(db: Knex) {
    this.#db = db;
  }

  /** Opens one that is due by its age, once for each version of the value. */
  async openScheduled(options: {
    id: string;
    environment: string;
    owner: string;
    owners: string[];
    secret: SecretReference;
    version: number;
    now: Date;
    dueAt: string;
  }): Promise<boolean> {
    const { id, environment, owner, owners, secret, version } = options;
    const rows = await this.#db('secrets_rotations')
      .insert({
        id,
        environment,
        owner_ref: owner,
        owners,
        secret: JSON.stringify(secret),
        cause: 'schedule',
        task_key: `schedule ${environment} ${owner} ${secret.path} ${version}`,
        opened_at: options.now,
        due_at: new Date(options.dueAt),
        version_at_opening: version,
      })
      .onConflict('task_key')
      .ignore()
      .returning('id');
    return rows.length > 0;
  }

  /** Ends what is over by itself: there is a value that is newer than the task. */
  async finishByNewValue(options: {
    environment: string;
    owner: string;
    path: string;
    version: number;
    updatedAt: Date;
    now: Date;
  }): Promise<void> {
    const { environment, owner, path, version, updatedAt, now } = options;
    await this.#db('secrets_rotations')
      .where({ environment, owner_ref: owner })
      .whereNull('done_at')
      .whereRaw(`secret->>'kind' = 'kv'`)
      .whereRaw(`secret->>'path' = ?`, [path])
      .where(newer =>
        newer
          .where('version_at_opening', '<', version)
          .orWhere(unknown =>
            unknown
              .whereNull('version_at_opening')
              .where('opened_at', '<', updatedAt),
          ),
      )
      .update({ done_at: now });
  }

  async get(
    id: string,
    tx: Knex = this.#db,
  ): Promise<StoredRotation | undefined> {
    const row = await tx('secrets_rotations').where({ id }).first();
    return row && toRotation(row);
  }

  async finish(
    tx: Knex,
    options: { id: string; by: string; comment?: string; now: Date },
  ): Promise<boolean> {
    const { id, by, comment, now } = options;
    const changed = await tx('secrets_rotations')
      .where({ id })
      .whereNull('done_at')
      .update({ done_at: now, done_by: by, comment: comment ?? null });
    return changed > 0;
  }

  /** The longest due first. */
  async list(options: {
    filter: ListRotationsOptions;
    /** Narrows it to what the reader may see. */
    readable: (query: Knex.QueryBuilder) => void;
    limit: number;
    after?: { dueAt: string; id: string };
  }): Promise<{ items: StoredRotation[]; totalItems: number }> {
    const { filter, readable, limit, after } = options;
    const base = () => {
      const query = this.#db('secrets_rotations as r').where(readable);
      if (filter.owner) {
        query.where('r.owner_ref', filter.owner);
      }
      if (filter.environment) {
        query.where('r.environment', filter.environment);
      }
      if (filter.state === 'done') {
        query.whereNotNull('r.done_at');
      } else {
        query.whereNull('r.done_at');
      }
      return query;
    };
    const page = base()
      .orderBy([{ column: 'r.due_at' }, { column: 'r.id' }])
      .limit(limit)
      .select('r.*');
    if (after) {
      page.whereRaw('(r.due_at, r.id) > (?, ?)', [
        new Date(after.dueAt),
        after.id,
      ]);
    }
    const [rows, [{ count }]] = await Promise.all([page, base().count()]);
    return { items: rows.map(toRotation), totalItems: Number(count) };
  }

  /** Open ones that were due by a moment, at most 500. */
  async due(now: Date): Promise<StoredRotation[]> {
    const rows = await this.#db('secrets_rotations')
      .whereNull('done_at')
      .where('due_at', '<=', now)
      .orderBy('due_at')
      .limit(500);
    return rows.map(toRotation);
  }
}

function toRotation(row: any): StoredRotation {
  return {
    id: row.id,
    environment: row.environment,
    owner: row.owner_ref,
    owners: row.owners,
    secret: row.secret,
    cause: row.cause,
    ...(row.grant_id && { grantId: row.grant_id }),
    openedAt: row.opened_at.toISOString(),
    dueAt: row.due_at.toISOString(),
    state: row.done_at ? 'done' : 'open',
    ...(row.done_at && { doneAt: row.done_at.toISOString() }),
    ...(row.done_by && { doneBy: row.done_by }),
    ...(row.comment && { comment: row.comment }),
    ...(row.version_at_opening !== null && {
      versionAtOpening: row.version_at_opening,
    }),
  };
}
