import { AuditorService, LoggerService } from '@backstage/backend-plugin-api';
import { stringifyError } from '@backstage/errors';
import {
  ArchiveSeal,
  GENESIS,
  StoredEntry,
  StreamVerifier,
} from '@shopfloor/plugin-audit-node';
import { AnchorKeys } from './AnchorKeys';
import { AnchorStore } from './AnchorStore';
import { ArchiveLedger } from './ArchiveLedger';
import { ArchiveStore } from './ArchiveStore';
import { TrailStore } from './TrailStore';

const PAGE = 1_000;
const DAY_MS = 86_400_000;
/** As many entries one archive holds at most. */
export const MAX_ENTRIES = 100_000;

/** What {@link TrailArchiver} needs. */
export interface TrailArchiverOptions {
  anchors: { store: AnchorStore; keys: AnchorKeys };
  archives: ArchiveStore;
  auditor: AuditorService;
  logger: LoggerService;
  /** Runs alone in all instances; `undefined` while another one does. */
  withLedger: <T>(
    work: (ledger: ArchiveLedger) => Promise<T>,
  ) => Promise<T | undefined>;
  /** Entries that are older leave the database. */
  retentionDays: number;
  store: Pick<TrailStore, 'heads'>;
  now: () => Date;
}

/**
 * Moves entries that are old enough into sealed archives. The file is on the disk before its seal, the seal before anything
 * is deleted, and the deletion is one transaction with the row that allows it. A process that dies before the seal leaves a
 * file that means nothing; one that dies after it leaves a seal, by which the next run compares and deletes.
 */
export class TrailArchiver {
  readonly #options: TrailArchiverOptions;

  constructor(options: TrailArchiverOptions) {
    this.#options = options;
  }

  /** Archives all that is old enough. A stream that is not whole is left as it is, for whoever looks into it. */
  async run(signal: AbortSignal): Promise<void> {
    const { logger, store } = this.#options;
    for (const { stream } of await store.heads()) {
      try {
        while (await this.#archive(stream)) {
          signal.throwIfAborted();
        }
      } catch (error) {
        signal.throwIfAborted();
        logger.error(
          `The audit trail of ${stream} could not be archived: ${stringifyError(error)}`,
        );
      }
    }
  }

  /** One archive, in one transaction; whether there was something to do. */
  async #archive(stream: string): Promise<boolean> {
    const done = await this.#options.withLedger(async ledger => {
      const before = await this.#finishSealed(stream, ledger);
      const range = await this.#range(stream, ledger, before.sequence);
      if (!range) {
        return before.finished;
      }
      const event = await this.#options.auditor.createEvent({
        eventId: 'trail-archive',
        severityLevel: 'medium',
        meta: { archivedStream: stream, ...range },
      });
      try {
        const seal = await this.#write(stream, range, before, ledger);
        await ledger.remove(seal, new Date(seal.sealedAt));
        return { ...range, event };
      } catch (error) {
        await event.fail({ error: error as Error });
        throw error;
      }
    });
    if (typeof done === 'object') {
      // The deletion is committed only now.
      await done.event.success();
      return true;
    }
    return done ?? false;
  }

  /** Deletes what an earlier run sealed and did not get to delete; the place in the chain after the last archive. */
  async #finishSealed(stream: string, ledger: ArchiveLedger) {
    const { anchors, archives } = this.#options;
    const places = new Set(
      (await ledger.places(stream)).map(({ first }) => first),
    );
    let last = { sequence: 0, hash: GENESIS };
    let finished = false;
    for (const seal of await archives.seals(stream)) {
      if (!anchors.keys.isSealed(seal) || seal.first !== last.sequence + 1) {
        throw new Error(
          `its archive ${seal.first} to ${seal.last} is not one that the portal sealed in this place; check the trail`,
        );
      }
      if (!places.has(seal.first)) {
        await this.#compare(seal, ledger);
        await ledger.remove(seal, new Date(seal.sealedAt));
        finished = true;
      }
      last = { sequence: seal.last, hash: seal.lastHash };
    }
    return { ...last, finished };
  }

  /** @throws when an archive does not hold exactly what the database has */
  async #compare(seal: ArchiveSeal, ledger: ArchiveLedger): Promise<void> {
    const archived = new Map<number, string>();
    const sha256 = await this.#options.archives.read(
      seal,
      ({ sequence, hash, text }) => archived.set(sequence, `${hash} ${text}`),
    );
    let same = sha256 === seal.sha256;
    for await (const { sequence, hash, text } of entriesOf(ledger, seal)) {
      same &&= archived.get(sequence) === `${hash} ${text}`;
      archived.delete(sequence);
    }
    if (!same || archived.size > 0) {
      throw new Error(
        `its archive ${seal.first} to ${seal.last} is not what the database has; nothing was deleted`,
      );
    }
  }

  async #range(stream: string, ledger: ArchiveLedger, archived: number) {
    const { anchors, retentionDays, now } = this.#options;
    const cutoff = new Date(now().getTime() - retentionDays * DAY_MS);
    const [first, old, known] = await Promise.all([
      ledger.firstOf(stream),
      ledger.lastBefore(stream, cutoff),
      anchors.store.read(stream),
    ]);
    // What nothing outside the database vouches for is not taken out of it.
    const anchored = Math.max(
      0,
      ...known
        .filter(anchor => anchors.keys.isSigned(anchor))
        .map(({ sequence }) => sequence),
    );
    if (first === undefined || old === undefined) {
      return undefined;
    }
    const last = Math.min(old, anchored, first + MAX_ENTRIES - 1);
    if (last < first) {
      return undefined;
    }
    if (first !== archived + 1) {
      throw new Error(
        `it begins with ${first}, and its archives end with ${archived}; check the trail`,
      );
    }
    return { first, last };
  }

  async #write(
    stream: string,
    range: { first: number; last: number },
    before: { sequence: number; hash: string },
    ledger: ArchiveLedger,
  ): Promise<ArchiveSeal> {
    const { anchors, archives, now } = this.#options;
    const verifier = new StreamVerifier({
      stream,
      anchors: (await anchors.store.read(stream)).filter(
        ({ sequence }) => sequence >= range.first && sequence <= range.last,
      ),
      isSigned: anchor => anchors.keys.isSigned(anchor),
      after: before,
    });
    const ends: StoredEntry[] = [];
    const place = { stream, ...range };
    const checked = async function* checked() {
      for await (const entry of entriesOf(ledger, place)) {
        verifier.add(entry);
        ends[ends.length === 0 ? 0 : 1] = entry;
        yield entry;
      }
    };
    const sha256 = await archives.write(place, checked());
    const { findings } = verifier.finish();
    const [firstEntry, lastEntry = firstEntry] = ends;
    if (findings.length > 0 || lastEntry?.sequence !== range.last) {
      throw new Error(
        `it is not whole: ${findings[0]?.detail ?? `it ends before ${range.last}`}; check the trail`,
      );
    }
    const seal = anchors.keys.seal({
      stream,
      ...range,
      previousHash: before.hash,
      firstHash: firstEntry.hash,
      lastHash: lastEntry.hash,
      until: String(lastEntry.columns.at),
      sha256,
      sealedAt: now().toISOString(),
    });
    await archives.seal(seal);
    return seal;
  }
}

async function* entriesOf(
  ledger: ArchiveLedger,
  place: { stream: string; first: number; last: number },
): AsyncGenerator<StoredEntry> {
  let after = place.first - 1;
  while (after < place.last) {
    const entries = await ledger.read(
      place.stream,
      after,
      Math.min(PAGE, place.last - after),
    );
    const inside = entries.filter(({ sequence }) => sequence <= place.last);
    yield* inside;
    if (inside.length === 0) {
      return;
    }
    after = inside[inside.length - 1].sequence;
  }
}
