import { Knex } from 'knex';
import { answer } from '../answer';

/** An act of a person that is done once, however often it is asked for. */
export interface KeyedAct {
  /** Entity ref. */
  person: string;
  key: string;
  /** What is done, with what to. */
  act: string;
}

/**
 * What came of an act when it was done before. Locks the key, so that of two at once the second waits for the first.
 *
 * @returns the id that {@link rememberAct} noted
 * @throws InputError when the key was used for another act
 */
export async function doneBefore(
  tx: Knex.Transaction,
  { person, key, act }: KeyedAct,
): Promise<string | undefined> {
  await tx.raw('select pg_advisory_xact_lock(hashtextextended(?, 0))', [
    `secrets act ${person} ${key}`,
  ]);
  const row = await tx('secrets_acts').where({ person, key }).first();
  if (row && row.act !== act) {
    throw answer('key-used', { key });
  }
  return row?.result;
}

/** Notes what came of an act. */
export async function rememberAct(
  tx: Knex.Transaction,
  keyed: KeyedAct,
  options: { result: string; at: Date },
): Promise<void> {
  await tx('secrets_acts').insert({ ...keyed, ...options });
}
