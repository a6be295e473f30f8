import { LoggerService } from '@backstage/backend-plugin-api';
import { stringifyError } from '@backstage/errors';
import { ChangesService } from '@shopfloor/plugin-audit-node';
import { TrafficStore } from '../database/TrafficStore';
import { reportOf } from './reportOf';

/** As many as one call of the store of changes takes. */
const BATCH = 100;

/** What {@link ChangeTeller} needs. */
export interface ChangeTellerOptions {
  store: TrafficStore;
  changes: Pick<ChangesService, 'record'>;
  logger: LoggerService;
}

/**
 * Tells the store of changes what was changed, at least once. What it has not been told stands in our own rows, so that nothing
 * is lost while it is away or when a process dies between telling and noting it.
 */
export class ChangeTeller {
  readonly #options: ChangeTellerOptions;

  constructor(options: ChangeTellerOptions) {
    this.#options = options;
  }

  /** Tells all there is to tell, or as much as is taken. */
  async run(signal?: AbortSignal): Promise<void> {
    const { store, changes, logger } = this.#options;
    for (;;) {
      signal?.throwIfAborted();
      const untold = await store.listUntold(BATCH);
      if (untold.length === 0) {
        return;
      }
      try {
        await changes.record(untold.map(({ change }) => reportOf(change)));
      } catch (error) {
        logger.warn(
          `${untold.length} changes of routes wait to be told to the store of changes: ${stringifyError(error)}`,
        );
        return;
      }
      for (const { change, revision } of untold) {
        await store.markTold(change.id, revision);
      }
    }
  }
}
