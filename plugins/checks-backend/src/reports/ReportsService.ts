import { AuditorService } from '@backstage/backend-plugin-api';
import { afterwards, withContent } from '@shopfloor/plugin-audit-node';
import {
  checksReportUploadPermission,
  UploadedReport,
} from '@shopfloor/plugin-checks-common';
import { audited } from '@shopfloor/plugin-requests-node';
import { ActRequest } from '../service/ChecksService';
import { EntityGate, nameOf, noChecks } from '../service/EntityGate';
import { parseReport } from './formats/parseReport';
import { ReportStore } from './ReportStore';
import { ReportFormat } from './reportTypes';

/** A report as it is uploaded. */
export interface ReportUpload {
  format: ReportFormat;
  entityRef: string;
  commit: string;
  text: string;
}

/** Takes what pipelines report. */
export interface ReportsService {
  /**
   * Keeps what a report says; the entity is graded by it within seconds.
   *
   * @throws InputError that says what is wrong with the report, and where; NotFoundError, NotAllowedError
   */
  upload(upload: ReportUpload, request: ActRequest): Promise<UploadedReport>;
}

/** {@link ReportsService} on the store. */
export class DefaultReportsService implements ReportsService {
  readonly #options: {
    auditor: AuditorService;
    gate: EntityGate;
    reports: ReportStore;
  };

  constructor(options: {
    auditor: AuditorService;
    gate: EntityGate;
    reports: ReportStore;
  }) {
    this.#options = options;
  }

  async upload(
    { format, entityRef, commit, text }: ReportUpload,
    { credentials, http }: ActRequest,
  ): Promise<UploadedReport> {
    const { auditor, gate, reports } = this.#options;
    const report = await audited(
      auditor,
      {
        eventId: 'report-upload',
        request: http,
        meta: withContent(
          { entityRef, format, commit },
          {
            schema: {
              fields: { reportId: 'keep', kind: 'keep', commit: 'keep' },
            },
          },
        ),
        result: ({ id, kind }) => afterwards({ reportId: id, kind, commit }),
      },
      async () => {
        await gate.require(
          checksReportUploadPermission,
          {
            entityRefs: [entityRef],
            act: entity => `upload reports of ${entity}`,
          },
          credentials,
        );
        const summary = parseReport(format, text);
        const saved = await reports.save({
          entityRef,
          format,
          commit,
          summary,
          uploadedBy: nameOf(credentials),
        });
        if (!saved) {
          throw noChecks(entityRef);
        }
        return saved;
      },
    );
    return {
      id: report.id,
      entityRef,
      kind: report.kind,
      format,
      commit,
      uploadedAt: report.uploadedAt.toISOString(),
      summary: report.summary as unknown as UploadedReport['summary'],
    };
  }
}
