/** An entity of the catalog near a service. */
export interface RelatedEntity {
  entityRef: string;
  /** `metadata.title`; absent when it has none. */
  title?: string;
  /** `spec.type`; absent when it has none. */
  type?: string;
  /** Entity refs of its owners. */
  owners: string[];
  /** Entity refs of the APIs that it consumes and the reader may see, in order. */
  consumedApis: string[];
}

/** Entities in the order of their refs. All of it is of what the reader may see; what may not be seen is not counted either. */
export interface RelatedEntities {
  /** How many there are among those that were looked at. */
  total: number;
  /** At most {@link MOST_RELATED}, the first ones. */
  items: RelatedEntity[];
  /** Whether all were looked at; else there are more than `total` may say. */
  complete: boolean;
}

/** Related entities of one kind that an answer lists; all are counted. */
export const MOST_RELATED = 50;

/** Related entities of one service that are looked at. */
export const MOST_LOOKED_AT = 500;

/**
 * What is near a service in the catalog, one step away, as the reader may see it. Relations are what teams declared; whoever calls a
 * service without declaring it is not in it.
 */
export interface ServiceSurroundings {
  /** Entity ref of the service. */
  entityRef: string;
  /** Whether it gets the access, owns the secret, or both. */
  role: 'subject' | 'owner' | 'both';
  /** Entities that depend on it, or consume an API that it provides: these feel it. */
  dependents: RelatedEntities;
  /** Entities that it depends on, without APIs. */
  dependencies: RelatedEntities;
  /** APIs that it consumes. */
  consumedApis: RelatedEntities;
  /** APIs that it provides. */
  providedApis: RelatedEntities;
}

/** Whom an access concerns beside who gets it: the service that gets it, unless a person does, then the one that owns the secret. */
export interface BlastRadius {
  services: ServiceSurroundings[];
  /** When the catalog was asked, ISO 8601. */
  observedAt: string;
}
