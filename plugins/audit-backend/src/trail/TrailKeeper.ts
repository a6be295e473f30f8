import { LoggerService } from '@backstage/backend-plugin-api';
import { stringifyError } from '@backstage/errors';
import {
  TrailArchive,
  TrailVerification,
} from '@shopfloor/plugin-audit-common';
import { AnchorKeys } from './AnchorKeys';
import { ArchiveRecord } from './archiveRecords';
import { AnchorStore } from './AnchorStore';
import { ArchiveStore } from './ArchiveStore';
import { lookAtArchive } from './lookAtArchive';
import { TrailStore } from './TrailStore';
import { verifyTrail } from './verifyTrail';

/** What {@link TrailKeeper} needs. */
export interface TrailKeeperOptions {
  store: TrailStore;
  /** Absent when nothing is configured; then no stream is called intact. */
  anchors?: { store: AnchorStore; keys: AnchorKeys };
  /** Where what left the database is; absent when nothing is configured. */
  archives?: ArchiveStore;
  logger: LoggerService;
  now: () => Date;
}

/** Anchors the heads of the streams, and checks streams against their anchors. */
export class TrailKeeper {
  readonly #options: TrailKeeperOptions;

  constructor(options: TrailKeeperOptions) {
    this.#options = options;
  }

  /** Anchors every head that grew since. What cannot be anchored now is anchored the next time. */
  async anchor(): Promise<void> {
    const { store, anchors, logger, now } = this.#options;
    if (!anchors) {
      return;
    }
    for (const head of await store.heads()) {
      try {
        const last = (await anchors.store.read(head.stream)).at(-1);
        if (head.sequence > (last?.sequence ?? 0)) {
          await anchors.store.append(
            anchors.keys.sign({ ...head, at: now().toISOString() }),
          );
        }
      } catch (error) {
        logger.error(
          `The head of the audit trail of ${head.stream} could not be anchored: ${stringifyError(error)}`,
        );
      }
    }
  }

  /** Says of archives whether they are there, as they were sealed. Their entries are read by {@link TrailKeeper.verify} alone. */
  lookAt(records: ArchiveRecord[]): Promise<TrailArchive[]> {
    const { archives, anchors } = this.#options;
    return Promise.all(
      records.map(record =>
        lookAtArchive({ record, archives, keys: anchors?.keys }),
      ),
    );
  }

  /** Reads the whole trail, what is archived too. */
  verify(): Promise<TrailVerification> {
    const { store, anchors, archives, now } = this.#options;
    return verifyTrail({
      store,
      archives,
      ...(anchors && { anchors: anchors.store, keys: anchors.keys }),
      now,
    });
  }
}
