import { EntityStore } from '../store/EntityStore';
import { IncidentStore } from '../store/IncidentStore';
import { entityOfLabels, Notification, readNotification } from './notification';

/** At most so many incidents are looked at again in a round. */
const LOOSE = 500;

/** What {@link IncidentKeeper} needs. */
export interface IncidentKeeperOptions {
  incidents: IncidentStore;
  entities: EntityStore;
  now: () => Date;
}

/** Opens and closes incidents as Alertmanager says. */
export class IncidentKeeper {
  readonly #options: IncidentKeeperOptions;

  constructor(options: IncidentKeeperOptions) {
    this.#options = options;
  }

  /** Writes a notification, all or nothing. */
  async take(notification: Notification): Promise<void> {
    const reports = readNotification(notification, this.#options.now());
    const entityOf = await this.#entities(reports.map(({ labels }) => labels));
    await this.#options.incidents.recordAlerts(
      reports.map(report => ({ ...report, entityRefs: entityOf(report) })),
    );
  }

  /** Finds the entity of incidents that came before the catalog was read, or before the entity was in it. */
  async link(): Promise<void> {
    const loose = await this.#options.incidents.listLoose(LOOSE);
    const entityOf = await this.#entities(loose.map(({ labels }) => labels));
    for (const incident of loose) {
      await this.#options.incidents.addEntities(
        incident.id,
        entityOf(incident),
      );
    }
  }

  /** Only what the catalog knows: a label can say anything. */
  async #entities(all: Array<Record<string, string>>) {
    const { entities } = this.#options;
    const named = all.flatMap(labels => entityOfLabels(labels) ?? []);
    const services = all.flatMap(({ service }) => service ?? []);
    const [existing, found] = await Promise.all([
      entities.existing([...new Set(named)]),
      entities.findServices([...new Set(services)]),
    ]);
    return ({ labels }: { labels: Record<string, string> }): string[] => {
      const name = entityOfLabels(labels);
      if (name && existing.includes(name)) {
        return [name];
      }
      const service = labels.service && found.get(labels.service);
      return service ? [service] : [];
    };
  }
}
