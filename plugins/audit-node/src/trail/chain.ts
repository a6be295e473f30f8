import { createHash } from 'node:crypto';
import {
  StreamVerification,
  TrailFinding,
} from '@shopfloor/plugin-audit-common';
import { JsonObject, JsonValue } from '@backstage/types';

/** What stands before the first entry of every chain. */
export const GENESIS = '0'.repeat(64);

/** The text of an entry that is hashed: JSON with sorted keys. */
export function entryText(entry: JsonObject): string {
  return JSON.stringify(sorted(entry));
}

/** SHA-256 of an entry's text, hexadecimal. The text holds the hash of the entry before. */
export function entryHash(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

function sorted(value: JsonValue): JsonValue {
  if (Array.isArray(value)) {
    return value.map(sorted);
  }
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(
      Object.entries(value)
        .filter(([, field]) => field !== undefined)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, field]) => [key, sorted(field!)]),
    );
  }
  return value;
}

/** A signed head of a stream, kept outside the database. */
export interface TrailAnchor {
  stream: string;
  sequence: number;
  hash: string;
  /** ISO 8601. */
  at: string;
  /** Names the key. */
  keyId: string;
  /** Ed25519 over {@link anchorText}, base64. */
  signature: string;
}

/** What of an anchor is signed. */
export function anchorText(anchor: Omit<TrailAnchor, 'signature'>): string {
  const { stream, sequence, hash, at, keyId } = anchor;
  return JSON.stringify([stream, sequence, hash, at, keyId]);
}

/** An entry as it lies in the database. */
export interface StoredEntry {
  sequence: number;
  text: string;
  hash: string;
  /** What is searched by, beside the text that is hashed; each must be what the text says. */
  columns: JsonObject;
}

const MAX_FINDINGS = 100;

/** Checks a stream, entry by entry in their order, so that it need not be in memory. */
export class StreamVerifier {
  readonly #stream: string;
  readonly #anchors: TrailAnchor[];
  readonly #findings: TrailFinding[] = [];
  #last = { sequence: 0, hash: GENESIS };
  #entries = 0;
  #held?: TrailAnchor;

  /** @param options - `isSigned` says whether an anchor is one that the portal signed */
  constructor(options: {
    stream: string;
    anchors: TrailAnchor[];
    isSigned: (anchor: TrailAnchor) => boolean;
  }) {
    const { stream, anchors, isSigned } = options;
    this.#stream = stream;
    const [good, bad] = [true, false].map(wanted =>
      anchors.filter(
        anchor => (anchor.stream === stream && isSigned(anchor)) === wanted,
      ),
    );
    for (const { sequence } of bad) {
      this.#found('bad-anchor', sequence, 'The signature does not hold');
    }
    this.#anchors = good.sort((a, b) => a.sequence - b.sequence);
  }

  /** The next entry. */
  add(entry: StoredEntry): void {
    const { sequence, hash } = entry;
    this.#entries += 1;
    const expected = this.#last.sequence + 1;
    if (sequence > expected) {
      this.#found(
        'missing',
        expected,
        `Entries ${expected} to ${sequence - 1} are not there`,
      );
    }
    const wrong = this.#wrong(entry, sequence === expected);
    if (wrong) {
      this.#found('altered', sequence, wrong);
    }
    while (this.#anchors[0] && this.#anchors[0].sequence <= sequence) {
      const anchor = this.#anchors.shift()!;
      if (anchor.sequence === sequence) {
        if (anchor.hash === hash) {
          this.#held = anchor;
        } else {
          this.#found(
            'rewritten',
            sequence,
            `It is another entry than the one that was anchored at ${anchor.at}`,
          );
        }
      }
    }
    this.#last = { sequence, hash };
  }

  /** What was found, after the last entry. */
  finish(): StreamVerification {
    const furthest = this.#anchors.at(-1);
    if (furthest) {
      this.#found(
        'truncated',
        this.#last.sequence + 1,
        `It ends at ${this.#last.sequence}; ${furthest.sequence} entries were anchored at ${furthest.at}`,
      );
    }
    let state: StreamVerification['state'] = 'intact';
    if (this.#findings.length > 0) {
      state = 'broken';
    } else if (!this.#held) {
      state = 'unanchored';
    }
    return {
      stream: this.#stream,
      state,
      entries: this.#entries,
      ...(this.#held && {
        anchored: { sequence: this.#held.sequence, at: this.#held.at },
      }),
      findings: this.#findings,
    };
  }

  #wrong(entry: StoredEntry, follows: boolean): string | undefined {
    if (entryHash(entry.text) !== entry.hash) {
      return 'Its text is not what was hashed';
    }
    let body: JsonObject;
    try {
      body = JSON.parse(entry.text);
    } catch {
      return 'Its text is not JSON';
    }
    if (body.stream !== this.#stream || body.sequence !== entry.sequence) {
      return 'It was made for another place';
    }
    if (follows && body.previousHash !== this.#last.hash) {
      return 'It does not follow on the entry before';
    }
    const column = Object.entries(entry.columns).find(
      ([key, value]) => (body[key] ?? null) !== value,
    );
    return column && `Its column ${column[0]} is not what its text says`;
  }

  #found(kind: TrailFinding['kind'], sequence: number, detail: string): void {
    if (this.#findings.length < MAX_FINDINGS) {
      this.#findings.push({ kind, sequence, detail });
    }
  }
}
