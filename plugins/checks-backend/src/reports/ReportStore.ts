import { randomUUID } from 'crypto';
import { Knex } from 'knex';
import {
  KIND_OF_FORMAT,
  ReportFormat,
  ReportKind,
  ReportSummary,
} from './reportTypes';

/** The collector that turns reports into evidence. */
export const REPORTS_COLLECTOR = 'reports';

/** A report as it was taken. */
export interface StoredReport {
  id: string;
  entityRef: string;
  kind: ReportKind;
  format: ReportFormat;
  commit: string;
  summary: ReportSummary;
  uploadedBy: string;
  uploadedAt: Date;
}

/** Reports of pipelines: what they say, never the files themselves. Rows are never changed. */
export class ReportStore {
  readonly #db: Knex;

  constructor(db: Knex) {
    this.#db = db;
  }

  /**
   * Keeps a report, and has the entity looked at for it at once.
   *
   * @returns undefined when no check applies to such an entity
   */
  async save(
    report: Omit<StoredReport, 'id' | 'kind' | 'uploadedAt'>,
  ): Promise<StoredReport | undefined> {
    const { entityRef, format } = report;
    return this.#db.transaction(async tx => {
      // Entities before work, as everywhere.
      const entity = await tx('checks_entities')
        .where({ entity_ref: entityRef })
        .forUpdate()
        .first('entity_ref');
      if (!entity) {
        return undefined;
      }
      const [row] = await tx('checks_reports')
        .insert({
          id: randomUUID(),
          entity_ref: entityRef,
          kind: KIND_OF_FORMAT[format],
          format,
          commit: report.commit,
          summary: JSON.stringify(report.summary),
          uploaded_by: report.uploadedBy,
          uploaded_at: tx.raw('clock_timestamp()'),
        })
        .returning('*');
      await tx('checks_work')
        .where({ entity_ref: entityRef, collector: REPORTS_COLLECTOR })
        .update({
          priority: 2,
          wanted_at: tx.raw('clock_timestamp()'),
          next_at: tx.raw('least(next_at, now())'),
        });
      return toReport(row);
    });
  }

  /** The last report of each kind. */
  async latest(entityRef: string): Promise<StoredReport[]> {
    const { rows } = await this.#db.raw(
      `select distinct on (kind) * from checks_reports where entity_ref = ?
       order by kind, uploaded_at desc, id`,
      [entityRef],
    );
    return rows.map(toReport);
  }

  /** Deletes what is past its retention. */
  async tidy(retentionDays: number): Promise<void> {
    await this.#db('checks_reports')
      .whereRaw('uploaded_at < now() - make_interval(days => ?)', [
        retentionDays,
      ])
      .delete();
  }
}

function toReport(row: any): StoredReport {
  return {
    id: row.id,
    entityRef: row.entity_ref,
    kind: row.kind,
    format: row.format,
    commit: row.commit,
    summary: row.summary,
    uploadedBy: row.uploaded_by,
    uploadedAt: row.uploaded_at,
  };
}
