import {
  ApprovalPolicy,
  InvalidPolicyFile,
  LocatedPolicy,
  PolicyInUse,
  PolicyList,
  PolicyProblem,
} from '@shopfloor/plugin-approvals-common';
import { Knex } from 'knex';

/** What was read from a file. */
export interface LoadedPolicyFile {
  file: string;
  url?: string;
  policies: LocatedPolicy[];
  problems: PolicyProblem[];
}

const STATUS_ID = 1;

/** Policies in use, their files and how reading them goes. */
export class PolicyStore {
  readonly #db: Knex;

  constructor(db: Knex) {
    this.#db = db;
  }

  /**
   * Puts what was read into use. A policy that is gone from a file with problems stays as it was; every other one that is gone
   * is forgotten. Requests have their own copy.
   */
  async replace(files: LoadedPolicyFile[], now: Date): Promise<void> {
    const rows = files.flatMap(({ file, url, policies }) =>
      policies.map(({ policy, line }) => ({
        name: policy.name,
        file,
        url: url ?? null,
        line,
        policy: JSON.stringify(policy),
      })),
    );
    const names = rows.map(({ name }) => name);
    await this.#db.transaction(async tx => {
      await tx('approvals_policies')
        .whereRaw('not (name = any(?::text[]))', [names])
        .whereRaw('not (file = any(?::text[]))', [brokenFiles(files)])
        .delete();
      if (rows.length > 0) {
        await tx('approvals_policies').insert(rows).onConflict('name').merge();
      }
      const kept: Array<{ name: string; file: string }> = await tx(
        'approvals_policies',
      )
        .whereRaw('not (name = any(?::text[]))', [names])
        .select('name', 'file')
        .orderBy('name');
      await tx('approvals_files').delete();
      if (files.length > 0) {
        await tx('approvals_files').insert(
          files.map(({ file, url, problems }) => ({
            file,
            url: url ?? null,
            problems: JSON.stringify(problems),
            uses_older: JSON.stringify(
              kept.filter(other => other.file === file).map(({ name }) => name),
            ),
          })),
        );
      }
      await saveStatus(tx, { read_at: now, failure: null });
    });
  }

  /** Notes why the files could not be read; what is in use stays. */
  async saveFailure(message: string): Promise<void> {
    await saveStatus(this.#db, { failure: message });
  }

  async policies(): Promise<ApprovalPolicy[]> {
    return (await this.#inUse()).map(({ policy }) => policy);
  }

  /** Policies of files that have problems now and are not among what was read: they stay in use. */
  async keptBeside(files: LoadedPolicyFile[]): Promise<ApprovalPolicy[]> {
    const broken = brokenFiles(files);
    const names = files.flatMap(({ policies }) =>
      policies.map(({ policy }) => policy.name),
    );
    return (await this.#inUse())
      .filter(
        ({ file, policy }) =>
          broken.includes(file) && !names.includes(policy.name),
      )
      .map(({ policy }) => policy);
  }

  async list(): Promise<PolicyList> {
    const [items, files, status] = await Promise.all([
      this.#inUse(),
      this.#db('approvals_files')
        .whereRaw('jsonb_array_length(problems) > 0')
        .orderBy('file'),
      this.#db('approvals_status').where({ id: STATUS_ID }).first(),
    ]);
    return {
      items,
      invalid: files.map(
        ({ file, url, problems, uses_older }): InvalidPolicyFile => ({
          file,
          problems,
          usesOlder: uses_older,
          ...(url && { url }),
        }),
      ),
      ...(status?.read_at && { readAt: status.read_at.toISOString() }),
      ...(status?.failure && { failure: status.failure }),
    };
  }

  async #inUse(): Promise<PolicyInUse[]> {
    const rows = await this.#db('approvals_policies').orderBy('name');
    return rows.map(({ policy, file, url, line }) => ({
      policy,
      file,
      line,
      ...(url && { url }),
    }));
  }
}

function brokenFiles(files: LoadedPolicyFile[]): string[] {
  return files
    .filter(({ problems }) => problems.length > 0)
    .map(({ file }) => file);
}

async function saveStatus(db: Knex, columns: object): Promise<void> {
  await db('approvals_status')
    .insert({ id: STATUS_ID, ...columns })
    .onConflict('id')
    .merge();
}
