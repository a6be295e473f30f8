import { armFailpoints, passedPoints, watchWrites } from './failpoints';
import { openGrantWorker, WorkerPlace } from './openGrantWorker';

/** What the parent asks: a round of the worker. */
export interface RoundOrder {
  place: WorkerPlace;
  /** By how much the clock of the worker is ahead, in milliseconds: leases and pauses of those that died are over then. */
  aheadMs: number;
  /** Moment at which the process ends itself; see `armFailpoints`. */
  killAt?: number;
}

/** What the process says: that it can be given a round, or did one. */
export interface Told {
  type: 'ready' | 'done';
  points?: string[];
}

const tell = (told: Told) => process.send!(told);

watchWrites();

process.on('disconnect', () => process.exit());
process.on('message', (order: RoundOrder) => {
  const { place, aheadMs, killAt } = order;
  armFailpoints(killAt);
  const worker = openGrantWorker(place, {
    now: () => new Date(Date.now() + aheadMs),
  });
  worker
    .run()
    .then(() => worker.stop())
    .then(
      () => tell({ type: 'done', points: passedPoints() }),
      error => {
        process.stderr.write(`${error?.stack ?? error}\n`);
        process.exit(1);
      },
    );
});
tell({ type: 'ready' });
