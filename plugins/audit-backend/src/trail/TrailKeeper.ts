import { LoggerService } from '@backstage/backend-plugin-api';
import { stringifyError } from '@backstage/errors';
import { TrailVerification } from '@shopfloor/plugin-audit-common';
import { StreamVerifier, TrailAnchor } from '@shopfloor/plugin-audit-node';
import { AnchorKeys } from './AnchorKeys';
import { AnchorStore } from './AnchorStore';
import { TrailStore } from './TrailStore';

const PAGE = 1_000;

/** What {@link TrailKeeper} needs. */
export interface TrailKeeperOptions {
  store: TrailStore;
  /** Absent when nothing is configured; then no stream is called intact. */
  anchors?: { store: AnchorStore; keys: AnchorKeys };
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

  /** Reads the whole trail. */
  async verify(): Promise<TrailVerification> {
    const { store, anchors, now } = this.#options;
    const verifiedAt = now().toISOString();
    const streams: TrailVerification['streams'] = [];
    for (const stream of await store.streams()) {
      // Anchors first: entries that come meanwhile are after them.
      const known: TrailAnchor[] = (await anchors?.store.read(stream)) ?? [];
      const verifier = new StreamVerifier({
        stream,
        anchors: known,
        isSigned: anchor => anchors?.keys.isSigned(anchor) ?? false,
      });
      let after = 0;
      for (;;) {
        const entries = await store.read(stream, after, PAGE);
        entries.forEach(entry => verifier.add(entry));
        if (entries.length < PAGE) {
          break;
        }
        after = entries[entries.length - 1].sequence;
      }
      streams.push(verifier.finish());
    }
    return { verifiedAt, streams };
  }
}
