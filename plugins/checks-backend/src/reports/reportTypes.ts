import { EvidenceType } from '@shopfloor/plugin-checks-node';

/** Formats in which pipelines report, as they are published. */
export const REPORT_FORMATS = [
  'junit',
  'cobertura',
  'lcov',
  'trivy',
  'sonarqube',
] as const;

/** A format in which pipelines report. */
export type ReportFormat = (typeof REPORT_FORMATS)[number];

/** What a report is about; the last report of each kind counts. */
export const REPORT_KINDS = ['tests', 'coverage', 'scan', 'quality'] as const;

/** What a report is about. */
export type ReportKind = (typeof REPORT_KINDS)[number];

/** What each format is about. */
export const KIND_OF_FORMAT: Record<ReportFormat, ReportKind> = {
  junit: 'tests',
  cobertura: 'coverage',
  lcov: 'coverage',
  trivy: 'scan',
  sonarqube: 'quality',
};

/** Tests that ran. */
export interface TestsSummary {
  tests: number;
  failures: number;
  errors: number;
  skipped: number;
  /** Seconds, summed. */
  seconds: number;
  /** Names of the first that failed or could not be run, at most {@link MAX_NAMED}. */
  failed: string[];
}

/** What tests went through. */
export interface CoverageSummary {
  linesCovered: number;
  linesValid: number;
  /** From 0 to 100; 0 when there is no line. */
  linePercent: number;
  branchesCovered: number;
  branchesValid: number;
}

/** What a scanner found in an image or folder. */
export interface ScanSummary {
  /** What was scanned. */
  artifact: string;
  critical: number;
  high: number;
  medium: number;
  low: number;
  unrated: number;
  /** Critical and high ones that a newer version mends. */
  fixable: number;
  /** Secrets that lie open. What they are is not kept. */
  secrets: number;
  /** Settings that fail, critical and high ones. */
  misconfigurations: number;
  /** The worst, at most {@link MAX_NAMED}: `CVE-2026-1234 openssl 3.0.1, mended in 3.0.2`. */
  worst: string[];
}

/** What SonarQube measured. A measure that it did not give is absent. */
export interface QualitySummary {
  project: string;
  /** `OK`, `ERROR` or another word of SonarQube; empty when it was not asked for. */
  gate: string;
  bugs?: number;
  vulnerabilities?: number;
  codeSmells?: number;
  hotspots?: number;
  /** Percent. */
  coverage?: number;
  /** Percent. */
  duplicatedLines?: number;
}

/** What is kept of a report. */
export type ReportSummary =
  TestsSummary | CoverageSummary | ScanSummary | QualitySummary;

/** No summary names more tests or findings. */
export const MAX_NAMED = 20;

const reported: Record<string, EvidenceType> = {
  format: 'string',
  commit: 'string',
};

/** Types of the evidence, of which each has the format and commit of its report. */
export const reportEvidence: Record<ReportKind, EvidenceType> = {
  tests: {
    object: {
      ...reported,
      tests: 'int',
      failures: 'int',
      errors: 'int',
      skipped: 'int',
      seconds: 'double',
      failed: { list: 'string' },
    },
  },
  coverage: {
    object: {
      ...reported,
      linesCovered: 'int',
      linesValid: 'int',
      linePercent: 'double',
      branchesCovered: 'int',
      branchesValid: 'int',
    },
  },
  scan: {
    object: {
      ...reported,
      artifact: 'string',
      critical: 'int',
      high: 'int',
      medium: 'int',
      low: 'int',
      unrated: 'int',
      fixable: 'int',
      secrets: 'int',
      misconfigurations: 'int',
      worst: { list: 'string' },
    },
  },
  quality: {
    object: {
      ...reported,
      project: 'string',
      gate: 'string',
      'bugs?': 'int',
      'vulnerabilities?': 'int',
      'codeSmells?': 'int',
      'hotspots?': 'int',
      'coverage?': 'double',
      'duplicatedLines?': 'double',
    },
  },
};
