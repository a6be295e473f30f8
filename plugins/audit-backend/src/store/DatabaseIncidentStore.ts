import { Incident, RestoreTimes } from '@shopfloor/plugin-audit-common';
import { isEverything } from '@shopfloor/plugin-entity-access-node';
import { Knex } from 'knex';
import { insertEntities } from './incidentEntities';
import { fromRow, IncidentRow, toOpenedRow } from './incidentRow';
import {
  AlertReport,
  IncidentQuery,
  IncidentStore,
  OpenedIncident,
} from './IncidentStore';
import { recordAlerts } from './recordAlerts';
import {
  applyEntityFilters,
  applyPlace,
  applyVisible,
  Visible,
} from './visibility';

/** {@link IncidentStore} in PostgreSQL. */
export class DatabaseIncidentStore implements IncidentStore {
  readonly #db: Knex;

  constructor(db: Knex) {
    this.#db = db;
  }

  async recordAlerts(reports: AlertReport[]): Promise<void> {
    await recordAlerts(this.#db, reports);
  }

  async open(
    incident: OpenedIncident,
  ): Promise<{ id: string; created: boolean }> {
    return this.#db.transaction(async tx => {
      const [created] = await tx('audit_incidents')
        .insert(toOpenedRow(incident))
        .onConflict(['opened_by_ref', 'idempotency_key'])
        .ignore()
        .returning('id');
      if (created) {
        await insertEntities(tx, incident.id, incident.entityRefs);
        return { id: incident.id, created: true };
      }
      const { id } = await tx('audit_incidents')
        .where({
          opened_by_ref: incident.openedByRef,
          idempotency_key: incident.idempotencyKey,
        })
        .first('id');
      return { id, created: false };
    });
  }

  async close(options: {
    id: string;
    closedAt: Date;
    closedByRef: string;
    resolution?: string;
  }): Promise<boolean> {
    const updated = await this.#db('audit_incidents')
      .where({ id: options.id })
      .whereNull('closed_at')
      .update({
        closed_at: options.closedAt,
        closed_by: 'person',
        closed_by_ref: options.closedByRef,
        resolution: options.resolution ?? null,
      });
    return updated > 0;
  }

  async list(query: IncidentQuery): Promise<{
    items: Incident[];
    totalItems: number;
    restore: RestoreTimes;
  }> {
    const [rows, [figures]] = await Promise.all([
      this.#matching(query)
        .modify(applyPlace, { at: 'i.opened_at', id: 'i.id' }, query.after)
        .select('i.*')
        .orderBy('i.opened_at', 'desc')
        .orderBy('i.id', 'desc')
        .limit(query.limit) as Promise<IncidentRow[]>,
      this.#matching(query).select(
        this.#db.raw(
          `count(*) as total, count(i.closed_at) as closed,
           avg(extract(epoch from i.closed_at - i.opened_at)) as mean,
           percentile_cont(0.5) within group (order by extract(epoch from i.closed_at - i.opened_at))
             filter (where i.closed_at is not null) as median`,
        ),
      ) as Promise<Array<Record<string, string | number | null>>>,
    ]);
    const totalItems = Number(figures.total);
    const closed = Number(figures.closed);
    return {
      items: await this.#present(rows, query.visible),
      totalItems,
      restore: {
        closed,
        open: totalItems - closed,
        ...(closed > 0 && {
          meanSeconds: Number(figures.mean),
          medianSeconds: Number(figures.median),
        }),
      },
    };
  }

  async get(id: string, visible: Visible): Promise<Incident | undefined> {
    const rows: IncidentRow[] = await this.#visible(visible)
      .where('i.id', id)
      .select('i.*');
    return (await this.#present(rows, visible))[0];
  }

  async entitiesOf(id: string): Promise<string[]> {
    return this.#db('audit_incident_entities')
      .where({ incident_id: id })
      .orderBy('entity_ref')
      .pluck('entity_ref');
  }

  async listLoose(limit: number) {
    const rows: IncidentRow[] = await this.#db('audit_incidents as i')
      .where('i.opened_by', 'alert')
      .whereNotExists(
        this.#db('audit_incident_entities as ie').whereRaw(
          'ie.incident_id = i.id',
        ),
      )
      .orderBy('i.opened_at', 'desc')
      .limit(limit)
      .select('i.*');
    return rows.map(row => ({ id: row.id, labels: row.alert_labels ?? {} }));
  }

  async addEntities(id: string, entityRefs: string[]): Promise<void> {
    await insertEntities(this.#db, id, entityRefs);
  }

  /** Entities of incidents that may be seen, as `ie`, with the copy of the catalog. */
  #entities(visible: Visible): Knex.QueryBuilder {
    return this.#db('audit_incident_entities as ie')
      .leftJoin('audit_entities as e', 'e.entity_ref', 'ie.entity_ref')
      .modify(applyVisible, visible);
  }

  #visible(visible: Visible): Knex.QueryBuilder {
    const select = this.#db('audit_incidents as i');
    return isEverything(visible)
      ? select
      : select.whereExists(
          this.#entities(visible).whereRaw('ie.incident_id = i.id'),
        );
  }

  #matching(query: IncidentQuery): Knex.QueryBuilder {
    const { entity, owner, system, environment, severity, from, to } = query;
    const select = this.#visible(query.visible);
    if (entity || owner || system) {
      // The entity that matches must itself be one that may be seen.
      select.whereExists(
        this.#entities(query.visible)
          .whereRaw('ie.incident_id = i.id')
          .modify(applyEntityFilters, 'ie.entity_ref', query),
      );
    }
    if (environment) {
      select.whereIn('i.environment', environment);
    }
    if (severity) {
      select.whereIn('i.severity', severity);
    }
    if (query.slo) {
      select.where('i.slo_id', query.slo);
    }
    if (query.state === 'open') {
      select.whereNull('i.closed_at');
    } else if (query.state === 'closed') {
      select.whereNotNull('i.closed_at');
    }
    if (from) {
      select.where(nested =>
        nested.whereNull('i.closed_at').orWhere('i.closed_at', '>=', from),
      );
    }
    if (to) {
      select.where('i.opened_at', '<', to);
    }
    return select;
  }

  async #present(rows: IncidentRow[], visible: Visible): Promise<Incident[]> {
    const links: Array<{ incident_id: string; entity_ref: string }> =
      await this.#entities(visible)
        .whereIn(
          'ie.incident_id',
          rows.map(({ id }) => id),
        )
        .orderBy('ie.entity_ref')
        .select('ie.incident_id', 'ie.entity_ref');
    return rows.map(row =>
      fromRow(
        row,
        links
          .filter(({ incident_id }) => incident_id === row.id)
          .map(({ entity_ref }) => entity_ref),
      ),
    );
  }
}
