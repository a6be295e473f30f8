import { JsonValue } from '@backstage/types';
import {
  CheckCategory,
  CheckDefinition,
  CheckProblem,
  InvalidDefinition,
} from '../model/definition';
import { Evidence, LocalizedText } from '../model/evidence';
import { CheckOutcome, CheckResult, CheckTransition } from '../model/result';

/** The definitions in use, and the files that have problems. */
export interface CheckDefinitionList {
  /** By name. */
  items: CheckDefinition[];
  invalid: InvalidDefinition[];
  /** When the files were last read, ISO 8601; absent when they never were. */
  readAt?: string;
  /** Why they could not be read the last time. */
  failure?: string;
}

/** Filters of the list of results; all must match. */
export interface ListResultsOptions {
  /** Entity refs, for example `component:default/orders`; at most 200. */
  entity?: string[];
  /** Entity refs of owners. */
  owner?: string[];
  /** Entity ref of a system. */
  system?: string;
  /** Names of checks. */
  check?: string[];
  category?: CheckCategory;
  outcome?: CheckOutcome[];
  /** At most 1000; default 200. */
  limit?: number;
  offset?: number;
}

/** A page of results, by entity and then by check. */
export interface CheckResultList {
  items: CheckResult[];
  /** All that match, before `limit` and `offset`. */
  totalItems: number;
  /** All that match, by outcome. */
  outcomes: Record<CheckOutcome, number>;
}

/** One result with all that led to it. */
export interface CheckResultDetail extends CheckResult {
  definition: CheckDefinition;
  evidence: Evidence[];
}

/** The past of one result, newest first. */
export interface CheckHistory {
  items: CheckTransition[];
}

/** What a definition says of an entity, without saving. */
export interface CheckTest {
  entityRef: string;
  /** Absent when the definition has problems. */
  result?: Pick<
    CheckResult,
    'outcome' | 'words' | 'evidenceIds' | 'observedAt' | 'staleAfter'
  >;
  /** False when the entity is not what the definition applies to; it is evaluated all the same. */
  applies: boolean;
  problems: CheckProblem[];
  evidence: Evidence[];
}

/** Where one part of a run stands. */
export interface CheckRunItem {
  entityRef: string;
  collector: string;
  state: 'waiting' | 'running' | 'done' | 'failed';
  /** Why it failed. */
  failure?: string;
}

/** Collecting and grading entities now. */
export interface CheckRun {
  id: string;
  /** ISO 8601. */
  createdAt: string;
  /** When the last part ended, ISO 8601; absent while it is under way. */
  finishedAt?: string;
  /** Who asked. */
  createdBy: string;
  /** How many parts there are in each state. */
  progress: Record<CheckRunItem['state'], number>;
  items: CheckRunItem[];
}

/** A collector and how it gets on with the systems it reads. */
export interface CollectorStatus {
  name: string;
  version: string;
  title: LocalizedText;
  sources: Array<{
    /** For example `kubernetes:sandbox`. */
    name: string;
    failures: number;
    /** Why it failed the last time. */
    failure?: string;
    /** Until when it is left alone, ISO 8601. */
    pausedUntil?: string;
  }>;
}

/** What was kept of a report of a pipeline. */
export interface UploadedReport {
  id: string;
  entityRef: string;
  /** What it is about; the last report of each kind counts. */
  kind: 'tests' | 'coverage' | 'scan' | 'quality';
  format: 'junit' | 'cobertura' | 'lcov' | 'trivy' | 'sonarqube';
  commit: string;
  /** ISO 8601. */
  uploadedAt: string;
  /** What the report says, as the evidence `reports/<kind>` has it. */
  summary: Record<string, JsonValue>;
}

/** Which entities' results changed since a cursor. */
export interface CheckChanges {
  /** To go on from. */
  cursor: string;
  /** Absent when the cursor says nothing: then read everything. Some may be given again without having changed. */
  entityRefs?: string[];
}
