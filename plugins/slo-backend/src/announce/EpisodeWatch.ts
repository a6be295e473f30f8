import { LoggerService } from '@backstage/backend-plugin-api';
import { NotificationService } from '@backstage/plugin-notifications-node';
import {
  AnnouncementStore,
  sendAnnouncements,
} from '@shopfloor/plugin-announcements-node';
import {
  EPISODE_KINDS,
  stepEpisode,
  troublesOf,
} from '@shopfloor/plugin-slo-common';
import { presentSummary } from '../service/present';
import { SloStore, StoredSlo } from '../store/SloStore';
import { episodeAnnouncement } from './announcements';
import { EpisodeStore } from './EpisodeStore';

/** What {@link EpisodeWatch} needs. */
export interface EpisodeWatchOptions {
  store: SloStore;
  episodes: EpisodeStore;
  announcements: AnnouncementStore;
  notifications: NotificationService;
  staleAfterSeconds: number;
  logger: LoggerService;
  now: () => Date;
}

/**
 * Tells owners when their SLOs burn or have no budget left, and when that is over: once for each episode. It looks at the
 * portal's own figures and not at Alertmanager's webhook, so that it says the same as the page, works where the portal may
 * not write rules, and needs no address at which Alertmanager finds it.
 */
export class EpisodeWatch {
  readonly #options: EpisodeWatchOptions;

  static create(options: EpisodeWatchOptions): EpisodeWatch {
    return new EpisodeWatch(options);
  }

  private constructor(options: EpisodeWatchOptions) {
    this.#options = options;
  }

  /** One round. What cannot be sent is tried again in the next one. */
  async run(signal?: AbortSignal): Promise<void> {
    const { store, episodes, now } = this.#options;
    const open = new Map(
      (await episodes.listOpen()).map(episode => [
        `${episode.sloId} ${episode.kind}`,
        episode,
      ]),
    );
    for (const slo of await store.listSlos()) {
      signal?.throwIfAborted();
      await this.#look(slo, open, now());
    }
    await sendAnnouncements({ ...this.#options, signal });
  }

  async #look(
    slo: StoredSlo,
    open: ReadonlyMap<string, Awaited<ReturnType<EpisodeStore['listOpen']>>[0]>,
    now: Date,
  ): Promise<void> {
    const { episodes, staleAfterSeconds } = this.#options;
    const summary = presentSummary(slo, { now, staleAfterSeconds });
    // Old figures tell neither that something began nor that it is over.
    if (summary.state === 'stale' || !slo.measurement) {
      return;
    }
    const troubles = troublesOf(summary.objectives);
    const known = summary.objectives.every(
      ({ budgetLeft }) => budgetLeft !== undefined,
    );
    const at = slo.measurement.observedAt;
    for (const kind of EPISODE_KINDS) {
      const episode = open.get(`${slo.id} ${kind}`);
      const troubled = troubles.has(kind);
      // Without events nobody knows whether it is over.
      const step =
        known || troubled
          ? stepEpisode({ episode, troubled, at: at.getTime() })
          : { kind: 'none' as const };
      switch (step.kind) {
        case 'open':
          await episodes.apply({
            kind: 'open',
            sloId: slo.id,
            episode: kind,
            at,
            announcement: episodeAnnouncement({
              slo: summary,
              episode: { kind, openedAt: at.getTime() },
              what: 'opened',
              at,
            }),
          });
          break;
        case 'keep':
          await episodes.apply({
            kind: 'keep',
            id: episode!.id,
            ...(step.quietSince !== undefined && {
              quietSince: new Date(step.quietSince),
            }),
          });
          break;
        case 'close':
          await episodes.apply({
            kind: 'close',
            id: episode!.id,
            at,
            announcement: episodeAnnouncement({
              slo: summary,
              episode: episode!,
              what: 'closed',
              at,
            }),
          });
          break;
        default:
      }
    }
  }
}
