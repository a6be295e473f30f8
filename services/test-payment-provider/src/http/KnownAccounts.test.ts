import type { Account } from '../domain/types.ts';
import { KnownAccounts } from './KnownAccounts.ts';

function stored() {
  const accounts = new Map<string, Account>();
  let reads = 0;
  let nowMs = 0;
  let broken = false;
  const known = KnownAccounts.create({
    accounts: {
      findBySecretKey: async hash => {
        reads += 1;
        if (broken) {
          throw new Error('no database');
        }
        return accounts.get(hash.toString('hex'));
      },
    },
    maxAgeMs: 1000,
    now: () => nowMs,
  });
  return {
    known,
    put: (account: Partial<Account>) =>
      // SHA-256 of "key".
      accounts.set(
        '2c70e12b7a0646f92279f427c7b38e7334d8e5389cff167a1dc30e73f826b683',
        account as Account,
      ),
    reads: () => reads,
    pass: (ms: number) => {
      nowMs += ms;
    },
    breakDown: (is: boolean) => {
      broken = is;
    },
  };
}

it('reads an account once a second, however many ask', async () => {
  const { known, put, reads, pass } = stored();
  put({ id: 'a' });
  const found = await Promise.all([known.find('key'), known.find('key')]);
  expect(found).toEqual([{ id: 'a' }, { id: 'a' }]);
  pass(999);
  await known.find('key');
  expect(reads()).toBe(1);
  put({ id: 'b' });
  pass(1);
  expect(await known.find('key')).toEqual({ id: 'b' });
});

it('sees a change of this process at once', async () => {
  const { known, put } = stored();
  put({ id: 'a' });
  await known.find('key');
  put({ id: 'b' });
  known.forget();
  expect(await known.find('key')).toEqual({ id: 'b' });
});

it('keeps no key that is unknown, and no failure', async () => {
  const { known, put, reads, breakDown } = stored();
  expect(await known.find('key')).toBeUndefined();
  put({ id: 'a' });
  breakDown(true);
  await expect(known.find('key')).rejects.toThrow('no database');
  breakDown(false);
  expect(await known.find('key')).toEqual({ id: 'a' });
  expect(reads()).toBe(3);
});
