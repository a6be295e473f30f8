import fc from 'fast-check';
import {
  entryHash,
  entryText,
  GENESIS,
  StoredEntry,
  StreamVerifier,
  TrailAnchor,
} from './chain';

/** A whole chain of so many entries. */
function chain(length: number, change: (sequence: number) => string = String) {
  const entries: StoredEntry[] = [];
  let previousHash = GENESIS;
  for (let sequence = 1; sequence <= length; sequence += 1) {
    const text = entryText({
      stream: 's',
      sequence,
      actor: change(sequence),
      previousHash,
    });
    previousHash = entryHash(text);
    entries.push({
      sequence,
      text,
      hash: previousHash,
      columns: { actor: change(sequence) },
    });
  }
  return entries;
}

const anchor = (entry: StoredEntry): TrailAnchor => ({
  stream: 's',
  sequence: entry.sequence,
  hash: entry.hash,
  at: '2026-11-26T10:00:00.000Z',
  keyId: 'k',
  signature: 'good',
});

function verify(entries: StoredEntry[], anchors: TrailAnchor[]) {
  const verifier = new StreamVerifier({
    stream: 's',
    anchors,
    isSigned: ({ signature }) => signature === 'good',
  });
  entries.forEach(entry => verifier.add(entry));
  return verifier.finish();
}
const kinds = (entries: StoredEntry[], anchors: TrailAnchor[]) =>
  verify(entries, anchors).findings.map(
    ({ kind, sequence }) => `${kind} ${sequence}`,
  );

describe('the chain', () => {
  it('hashes the same data to the same text, worked by hand', () => {
    expect(entryText({ b: [{ d: 1, c: null }], a: 'x' })).toBe(
      '{"a":"x","b":[{"c":null,"d":1}]}',
    );
    // printf '{"a":1}' | sha256sum
    expect(entryHash('{"a":1}')).toBe(
      '015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862',
    );
  });

  it('is intact when whole and anchored, and says how far', () => {
    const entries = chain(5);
    expect(verify(entries, [anchor(entries[1]), anchor(entries[3])])).toEqual({
      stream: 's',
      state: 'intact',
      entries: 5,
      anchored: { sequence: 4, at: '2026-11-26T10:00:00.000Z' },
      findings: [],
    });
  });

  it('is never called intact without an anchor', () => {
    expect(verify(chain(3), []).state).toBe('unanchored');
    expect(verify([], []).state).toBe('unanchored');
  });

  const whole = chain(6);
  const anchors = [anchor(whole[5])];
  it.each<[string, StoredEntry[], TrailAnchor[], string[]]>([
    [
      'a text that was changed',
      whole.map(e =>
        e.sequence === 3 ? { ...e, text: e.text.replace('"3"', '"9"') } : e,
      ),
      anchors,
      ['altered 3'],
    ],
    [
      'a text that was changed with its hash',
      whole.map(e => {
        const text = e.text.replace('"actor":"3"', '"actor":"9"');
        return e.sequence === 3
          ? { ...e, text, hash: entryHash(text), columns: { actor: '9' } }
          : e;
      }),
      anchors,
      ['altered 4'],
    ],
    [
      'a column that was changed alone',
      whole.map(e =>
        e.sequence === 3 ? { ...e, columns: { actor: 'x' } } : e,
      ),
      anchors,
      ['altered 3'],
    ],
    [
      'an entry that is gone',
      whole.filter(e => e.sequence !== 3),
      anchors,
      ['missing 3'],
    ],
    ['an end that is gone', whole.slice(0, 4), anchors, ['truncated 5']],
    ['everything gone', [], anchors, ['truncated 1']],
    [
      'a chain that was written anew',
      chain(6, n => `other ${n}`),
      anchors,
      ['rewritten 6'],
    ],
    [
      'a last entry that was written anew',
      chain(6, n => (n === 6 ? 'other' : String(n))),
      anchors,
      ['rewritten 6'],
    ],
    [
      'an anchor that nobody signed',
      whole,
      [...anchors, { ...anchors[0], signature: 'forged' }],
      ['bad-anchor 6'],
    ],
    [
      'an anchor of another stream',
      whole,
      [{ ...anchors[0], stream: 't' }],
      ['bad-anchor 6'],
    ],
  ])('shows %s', (_, entries, given, expected) => {
    expect(kinds(entries, given)).toEqual(expected);
    expect(verify(entries, given).state).toBe('broken');
  });

  it('shows any change of any entry up to the anchor', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 6 }),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (sequence, where, by) => {
          const changed = whole.map(entry => {
            if (entry.sequence !== sequence) {
              return entry;
            }
            const bytes = Buffer.from(entry.text);
            bytes[where % bytes.length] ^= by;
            const text = bytes.toString('latin1');
            return { ...entry, text, hash: entryHash(text) };
          });
          expect(verify(changed, anchors).state).toBe('broken');
        },
      ),
    );
  });
});
