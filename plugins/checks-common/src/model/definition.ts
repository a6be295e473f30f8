import { LocalizedText } from './evidence';

/**
 * Which entities something is about, in the catalog's own shape: a set maps fields (`kind`, `spec.type`,
 * `metadata.annotations.backstage.io/kubernetes-id`) to a value or values of which one must be there; every field of a set must
 * match, and any one set of a list. `true` asks only that the field exists. Compared without regard to case.
 */
export type EntityFilter = EntityFilterSet | EntityFilterSet[];

/** One set of an {@link EntityFilter}. */
export type EntityFilterSet = Record<string, true | string | string[]>;

/** Layers of the platform that a check belongs to. */
export const CHECK_CATEGORIES = [
  'ownership',
  'orchestration',
  'mesh',
  'configuration',
  'security',
  'observability',
  'reliability',
  'delivery',
  'documentation',
] as const;

/** A layer of the platform that a check belongs to. */
export type CheckCategory = (typeof CHECK_CATEGORIES)[number];

/** A check, as its file defines it. */
export interface CheckDefinition {
  /** Unique, lower case with hyphens, for example `readiness-probe`. */
  name: string;
  /** Raised with every change of meaning; results say which version they are of. */
  version: number;
  category: CheckCategory;
  title: LocalizedText;
  /** Why it matters. */
  why: LocalizedText;
  /** How to make it pass. */
  fix: LocalizedText;
  /** Where the fix is described or done, relative to the docs of the platform or absolute. */
  fixUrl?: string;
  appliesTo: EntityFilter;
  /** Evidence by the name that the rule uses for it: `workloads` to `kubernetes/workloads`. */
  reads: Record<string, string>;
  /** Age in seconds from which evidence no longer counts for this check. */
  freshnessSeconds: number;
  /** CEL; when it is false the check is not applicable. */
  when?: string;
  /** CEL; true is a pass. */
  pass: string;
  /** Words of the outcomes; `{{ expression }}` is replaced by the value of a CEL expression of type string. */
  words: { pass?: LocalizedText; fail: LocalizedText };
  /** Where the definition stands. */
  source: DefinitionFile;
}

/** Where a definition stands. */
export interface DefinitionFile {
  /** Path or address of the file. */
  file: string;
  /** Where people find it; absent for files on the portal's own disk. */
  url?: string;
  /** 1-based. */
  line: number;
}

/** Something wrong in a file of definitions. */
export interface CheckProblem {
  file: string;
  /** 1-based. */
  line: number;
  /** 1-based. */
  column: number;
  /** For example `spec.pass`; empty for the document as a whole. */
  field: string;
  message: string;
}

/** A file that has problems, and whether an older, valid definition from it is still in use. */
export interface InvalidDefinition {
  file: string;
  url?: string;
  problems: CheckProblem[];
  /** Names of checks that are graded by their older definitions meanwhile. */
  usesOlder: string[];
}
