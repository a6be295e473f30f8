import { Entity } from '@backstage/catalog-model';
import { JsonValue } from '@backstage/types';
import {
  EvidenceReference,
  LocalizedText,
} from '@shopfloor/plugin-checks-common';
import { EvidenceType } from './evidenceType';

/** One fact as a collector returns it: a value, or why there is none. */
export type CollectedEvidence = {
  /** One of the collector's keys. */
  key: string;
  /** The system that was asked. */
  source: string;
  references: EvidenceReference[];
  /** When it was seen, of what somebody else saw earlier; absent means now. Its freshness counts from here. */
  observedAt?: Date;
} & (
  | { value: JsonValue; unknown?: undefined }
  | { unknown: LocalizedText; value?: undefined }
);

/** What a collector is given. */
export interface CollectOptions {
  /** As the catalog had it when it last changed. */
  entity: Entity;
  /** Ends when time is up or the portal stops. Whatever is returned afterwards is not kept. */
  signal: AbortSignal;
}

/**
 * Looks at one kind of system and says what is there, without judging it.
 *
 * A collector is asked for one entity at a time, in any instance of the portal, never twice at once for the same entity. It
 * holds no state that matters: what it returns is written together with the grades that follow, or not at all. What it throws
 * leaves the last evidence in place until that goes stale: {@link SourceUnavailableError} when a whole system does not answer,
 * anything else when just this entity went wrong. What it can say for certain it cannot know is an `unknown`, not an error.
 */
export interface Collector {
  /** Lower case with hyphens, the first part of the names of its evidence. */
  readonly name: string;
  /** Raised when the meaning of a value changes. */
  readonly version: string;
  /** What people call what it reads. */
  readonly title: LocalizedText;
  /** Its keys with the types of their values. Each call returns every key once. */
  readonly evidence: Record<string, EvidenceType>;
  /** How often an entity is looked at, in seconds, spread around it. */
  readonly intervalSeconds: number;
  /** Age in seconds from which its evidence no longer counts, whatever a check allows. */
  readonly freshnessSeconds: number;
  /** The systems it would ask about an entity, for example `kubernetes:sandbox`; nothing when it has nothing to ask. */
  sources(entity: Entity): string[];
  collect(options: CollectOptions): Promise<CollectedEvidence[]>;
}
