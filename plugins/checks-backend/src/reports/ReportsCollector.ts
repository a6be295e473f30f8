import { Entity, stringifyEntityRef } from '@backstage/catalog-model';
import { JsonObject } from '@backstage/types';
import { LocalizedText } from '@shopfloor/plugin-checks-common';
import {
  CollectedEvidence,
  CollectOptions,
  Collector,
} from '@shopfloor/plugin-checks-node';
import { REPORTS_COLLECTOR, ReportStore } from './ReportStore';
import { REPORT_KINDS, reportEvidence, ReportKind } from './reportTypes';

const SOURCE = 'pipelines';
const DAY_SECONDS = 86_400;

const NONE: Record<ReportKind, LocalizedText> = {
  tests: nothing('JUnit report', 'JUnit 报告', 'junit'),
  coverage: nothing('coverage report', '覆盖率报告', 'cobertura'),
  scan: nothing('Trivy report', 'Trivy 报告', 'trivy'),
  quality: nothing('SonarQube measures', 'SonarQube 指标', 'sonarqube'),
};

/** What pipelines reported of an entity. A report counts as seen when it was uploaded, so that it goes stale. */
export class ReportsCollector implements Collector {
  readonly name = REPORTS_COLLECTOR;
  readonly version = '1';
  readonly title = { en: 'Pipeline reports', zh: '流水线报告' };
  readonly intervalSeconds = 3600;
  readonly freshnessSeconds = 90 * DAY_SECONDS;
  readonly evidence = reportEvidence;
  readonly #store: ReportStore;

  constructor(store: ReportStore) {
    this.#store = store;
  }

  sources(_entity: Entity): string[] {
    return [SOURCE];
  }

  async collect({ entity }: CollectOptions): Promise<CollectedEvidence[]> {
    const reports = await this.#store.latest(stringifyEntityRef(entity));
    return REPORT_KINDS.map((kind): CollectedEvidence => {
      const report = reports.find(one => one.kind === kind);
      if (!report) {
        return {
          key: kind,
          source: SOURCE,
          references: [],
          unknown: NONE[kind],
        };
      }
      const { format, commit, summary, uploadedAt } = report;
      return {
        key: kind,
        source: SOURCE,
        references: [{ kind: 'report', target: `${format} ${commit}`, commit }],
        value: { format, commit, ...summary } as unknown as JsonObject,
        observedAt: uploadedAt,
      };
    });
  }
}

function nothing(en: string, zh: string, format: string): LocalizedText {
  return {
    en: `No pipeline uploaded a ${en} yet. See "Let a pipeline report" in the how-to of checks: POST /api/checks/reports/${format}`,
    zh: `尚无流水线上传${zh}。参见检查操作指南中的“让流水线上报”：POST /api/checks/reports/${format}`,
  };
}
