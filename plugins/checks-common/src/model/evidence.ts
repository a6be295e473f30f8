import { JsonValue } from '@backstage/types';

/** A text in every language of the portal. */
export interface LocalizedText {
  en: string;
  /** Simplified Chinese. */
  zh: string;
}

/** Where exactly something was seen, so that a person can look for himself. */
export interface EvidenceReference {
  /**
   * - `url`: an address that was asked
   * - `file`: a file in a repository, with `commit` when the reader knows it
   * - `object`: a Kubernetes object
   * - `query`: a query and whom it was put to
   * - `entity`: an entity of the catalog
   */
  kind: 'url' | 'file' | 'object' | 'query' | 'entity' | 'report';
  /** The address, path, object (`deployments production/orders-v1`), query, entity ref, or format and commit of a report. */
  target: string;
  /** Where a person can open it; absent when there is no such place. */
  href?: string;
  /** 1-based line in a file. */
  line?: number;
  /** Commit at which it was first seen so, or the reader's own mark of the version (an ETag). */
  commit?: string;
  /** Of an object. */
  uid?: string;
  /** Of an object, when it was first seen so. */
  resourceVersion?: string;
}

/** One fact about an entity, as a collector saw it. Never changed once it is written. */
export interface Evidence {
  /** Stable. */
  id: string;
  entityRef: string;
  /** Name of the collector, for example `kubernetes`. */
  collector: string;
  collectorVersion: string;
  /** What was looked at, unique within the collector, for example `workloads`. */
  key: string;
  /** What was seen. Absent when it could not be known; then `unknown` says why. */
  value?: JsonValue;
  /** Why there is no value. */
  unknown?: LocalizedText;
  /** The system that was asked, for example `kubernetes:sandbox`. */
  source: string;
  references: EvidenceReference[];
  /** When this value was first seen, ISO 8601. */
  firstObservedAt: string;
  /** When this value was last seen, ISO 8601. */
  observedAt: string;
  /** The moment from which it no longer counts, ISO 8601. */
  staleAfter: string;
}

/** `collector/key`, as definitions name evidence. */
export function evidenceName(collector: string, key: string): string {
  return `${collector}/${key}`;
}
