import { AuditorService } from '@backstage/backend-plugin-api';
import { ConflictError, InputError, NotFoundError } from '@backstage/errors';
import { CatalogService } from '@backstage/plugin-catalog-node';
import {
  Change,
  ChangeList,
  ChangeReport,
  Incident,
  IncidentDetail,
  IncidentList,
} from '@shopfloor/plugin-audit-common';
import { afterwards, withContent } from '@shopfloor/plugin-audit-node';
import { EnvironmentsService } from '@shopfloor/plugin-environments-node';
import { noteAudited } from '@shopfloor/plugin-requests-node';
import { encodeCursor } from '../requests';
import { ChangeQuery, ChangeStore } from '../store/ChangeStore';
import { IncidentQuery, IncidentStore } from '../store/IncidentStore';
import { Access, ReaderCredentials, UserCredentials } from './Access';
import { INCIDENT_SCHEMA, incidentContent } from './incidentContent';
import { ChangesService, ListRequest, Writer } from './ChangesService';

/** Clocks of people's machines may be ahead by so much. */
const CLOCK_SKEW_MS = 60_000;

/** What {@link DefaultChangesService} needs. */
export interface DefaultChangesServiceOptions {
  changes: ChangeStore;
  incidents: IncidentStore;
  access: Access;
  catalog: CatalogService;
  environments: EnvironmentsService;
  auditor: AuditorService;
  newId: () => string;
  now: () => Date;
}

/** {@link ChangesService} over the stores. */
export class DefaultChangesService implements ChangesService {
  readonly #options: DefaultChangesServiceOptions;

  constructor(options: DefaultChangesServiceOptions) {
    this.#options = options;
  }

  async record(source: string, reports: ChangeReport[]): Promise<void> {
    const { changes, now } = this.#options;
    await changes.record({ source, reports, observedAt: now() });
  }

  async listChanges(
    { cursor, ...query }: ListRequest<ChangeQuery>,
    credentials: ReaderCredentials,
  ): Promise<ChangeList> {
    const visible = await this.#options.access.visible(credentials);
    const { items, totalItems } = await this.#options.changes.list({
      ...query,
      visible,
      after: cursor,
      limit: query.limit + 1,
    });
    return {
      ...page(items, query.limit, ({ startedAt }) => startedAt),
      totalItems,
    };
  }

  async getChange(id: string, credentials: ReaderCredentials): Promise<Change> {
    const visible = await this.#options.access.visible(credentials);
    const change = await this.#options.changes.get(id, visible);
    if (!change) {
      throw new NotFoundError(`There is no change ${id}`);
    }
    return change;
  }

  async listIncidents(
    { cursor, ...query }: ListRequest<IncidentQuery>,
    credentials: ReaderCredentials,
  ): Promise<IncidentList> {
    const visible = await this.#options.access.visible(credentials);
    const { items, totalItems, restore } = await this.#options.incidents.list({
      ...query,
      visible,
      after: cursor,
      limit: query.limit + 1,
    });
    return {
      ...page(items, query.limit, ({ openedAt }) => openedAt),
      totalItems,
      restore,
    };
  }

  async getIncident(
    id: string,
    credentials: ReaderCredentials,
  ): Promise<IncidentDetail> {
    const { access, incidents } = this.#options;
    const incident = await this.#incident(id, credentials);
    const { principal } = credentials;
    return {
      ...incident,
      mayManage:
        principal.type === 'user' &&
        (await access.mayManage(
          await incidents.entitiesOf(id),
          credentials as UserCredentials,
        )),
    };
  }

  async openIncident(
    incident: Parameters<ChangesService['openIncident']>[0],
    { credentials, request }: Writer,
  ): Promise<{ incident: Incident; created: boolean }> {
    const { access, incidents, auditor, newId, now } = this.#options;
    const { entityRefs, environment } = incident;
    const openedAt = incident.openedAt ?? now();
    this.#requireEnvironment(environment);
    this.#requirePast(openedAt, 'openedAt');
    await access.visible(credentials);
    await this.#requireEntities(entityRefs, credentials);
    const event = await auditor.createEvent({
      eventId: 'incident-open',
      severityLevel: 'medium',
      request,
      meta: withContent(
        { entityRefs, environment, title: incident.title },
        { schema: INCIDENT_SCHEMA },
      ),
    });
    noteAudited(request);
    try {
      // A refused try is an act too.
      await access.requireManage(entityRefs, credentials);
      const { id, created } = await incidents.open({
        ...incident,
        id: newId(),
        openedAt,
        openedByRef: credentials.principal.userEntityRef,
      });
      const opened = await this.#incident(id, credentials);
      await event.success({
        meta: withContent(
          { incidentId: id, created },
          { after: incidentContent(opened) },
        ),
      });
      return { incident: opened, created };
    } catch (error) {
      await event.fail({ error: error as Error });
      throw error;
    }
  }

  async closeIncident(
    id: string,
    how: { resolution?: string; closedAt?: Date },
    { credentials, request }: Writer,
  ): Promise<Incident> {
    const { access, incidents, auditor, now } = this.#options;
    const incident = await this.#incident(id, credentials);
    const closedAt = how.closedAt ?? now();
    this.#requirePast(closedAt, 'closedAt');
    if (closedAt < new Date(incident.openedAt)) {
      throw new InputError(
        `closedAt: must not be before the incident was opened, ${incident.openedAt}`,
      );
    }
    const event = await auditor.createEvent({
      eventId: 'incident-close',
      severityLevel: 'medium',
      request,
      meta: withContent(
        {
          incidentId: id,
          entityRefs: incident.entityRefs,
          environment: incident.environment,
        },
        { before: incidentContent(incident), schema: INCIDENT_SCHEMA },
      ),
    });
    noteAudited(request);
    try {
      await access.requireManage(await incidents.entitiesOf(id), credentials);
      const closed = await incidents.close({
        ...how,
        id,
        closedAt,
        closedByRef: credentials.principal.userEntityRef,
      });
      if (!closed) {
        throw new ConflictError(
          `Incident ${id} is closed already; look at it again`,
        );
      }
    } catch (error) {
      await event.fail({ error: error as Error });
      throw error;
    }
    const closedIncident = await this.#incident(id, credentials);
    await event.success({ meta: afterwards(incidentContent(closedIncident)) });
    return closedIncident;
  }

  async #incident(
    id: string,
    credentials: ReaderCredentials,
  ): Promise<Incident> {
    const visible = await this.#options.access.visible(credentials);
    const incident = await this.#options.incidents.get(id, visible);
    if (!incident) {
      throw new NotFoundError(`There is no incident ${id}`);
    }
    return incident;
  }

  #requireEnvironment(name: string): void {
    const known = this.#options.environments.list();
    if (!known.some(environment => environment.name === name)) {
      throw new InputError(
        `environment: there is no "${name}"; there are ${known
          .map(environment => environment.name)
          .join(', ')}`,
      );
    }
  }

  #requirePast(time: Date, field: string): void {
    if (time.getTime() > this.#options.now().getTime() + CLOCK_SKEW_MS) {
      throw new InputError(`${field}: must not be in the future`);
    }
  }

  async #requireEntities(
    entityRefs: string[],
    credentials: UserCredentials,
  ): Promise<void> {
    const { items } = await this.#options.catalog.getEntitiesByRefs(
      { entityRefs, fields: ['kind', 'metadata.name'] },
      { credentials },
    );
    const missing = entityRefs.filter((_, index) => !items[index]);
    if (missing.length > 0) {
      throw new NotFoundError(`There is no ${missing.join(', ')}`);
    }
  }
}

/** One page of what was asked for with one item more, to see whether there is a next. */
function page<T extends { id: string }>(
  found: T[],
  limit: number,
  at: (item: T) => string,
): { items: T[]; nextCursor?: string } {
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return {
    items,
    ...(found.length > limit &&
      last && { nextCursor: encodeCursor(at(last), last.id) }),
  };
}
