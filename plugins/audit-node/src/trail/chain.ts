import { createHash } from 'node:crypto';
import {
  StreamVerification,
  TrailFinding,
} from '@shopfloor/plugin-audit-common';
import { JsonObject, JsonValue } from '@backstage/types';
import { ArchivePlace, ArchiveSeal } from './archive';

/** What stands before the first entry of every chain. */
export const GENESIS = '0'.repeat(64);

/**
 * The text of an entry that is hashed: JSON with sorted keys. Characters that PostgreSQL's JSON cannot hold (NUL, half a
 * surrogate pair) are replaced, so that nobody keeps an act out of the trail by writing one.
 */
export function entryText(entry: JsonObject): string {
  return JSON.stringify(sorted(entry));
}

/** SHA-256 of an entry's text, hexadecimal. The text holds the hash of the entry before. */
export function entryHash(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

function sorted(value: JsonValue): JsonValue {
  if (typeof value === 'string') {
    return value
      .replace(/\p{Surrogate}/gu, '\uFFFD')
      .replaceAll('\0', '\uFFFD');
  }
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

/**
 * Checks a stream, entry by entry in their order, so that it need not be in memory. What left the database comes first, each
 * archive between {@link beginArchive} and {@link endArchive}; one that cannot be read is told by {@link missArchive}.
 */
export class StreamVerifier {
  readonly #stream: string;
  readonly #anchors: TrailAnchor[];
  readonly #findings: TrailFinding[] = [];
  #last = { sequence: 0, hash: GENESIS };
  #entries = 0;
  #held?: TrailAnchor;
  #archived = 0;

  /** @param options - `isSigned` says whether an anchor is one that the portal signed */
  constructor(options: {
    stream: string;
    anchors: TrailAnchor[];
    isSigned: (anchor: TrailAnchor) => boolean;
    /** The place after which entries are told; default before the first. */
    after?: { sequence: number; hash: string };
  }) {
    const { stream, anchors, isSigned, after } = options;
    if (after) {
      this.#last = { sequence: after.sequence, hash: after.hash };
    }
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

  /** The next entries are those of an archive. @param problem - why its seal does not hold, when it does not */
  beginArchive(seal: ArchiveSeal, problem?: string): void {
    const { stream, first, previousHash } = seal;
    if (problem || stream !== this.#stream) {
      this.#found(
        'bad-archive',
        first,
        problem ?? 'Its seal is of another stream',
      );
    } else if (
      first === this.#last.sequence + 1 &&
      previousHash !== this.#last.hash
    ) {
      this.#found('bad-archive', first, 'It does not follow on what is before');
    }
  }

  /** The entries of an archive are told. @param sha256 - of the file that they were read from */
  endArchive(seal: ArchiveSeal, sha256: string): void {
    const { first, last, lastHash } = seal;
    if (
      sha256 !== seal.sha256 ||
      this.#last.sequence !== last ||
      this.#last.hash !== lastHash
    ) {
      this.#found('bad-archive', first, 'Its file is not what was sealed');
    }
    this.#archived = Math.max(this.#archived, last);
  }

  /** An archive is not there, or cannot be read; what comes after it is checked from its last entry on. */
  missArchive(place: ArchivePlace, detail: string): void {
    const { first, last, lastHash } = place;
    this.#found('missing-archive', first, detail);
    this.#last = { sequence: last, hash: lastHash };
    this.#passAnchors(last, lastHash);
    this.#archived = Math.max(this.#archived, last);
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
    this.#passAnchors(sequence, hash);
    this.#last = { sequence, hash };
  }

  #passAnchors(sequence: number, hash: string): void {
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
      ...(this.#archived > 0 && { archived: this.#archived }),
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
