import { Entity } from '@backstage/catalog-model';

/** Where the definition file of an entity is. */
export interface DefinitionLocation {
  /** As the entity names it. */
  file: string;
  /** Address for people; absent for a file on the portal's own disk. */
  url?: string;
}

/** Reads the file an entity names as its definition of SLOs. */
export interface DefinitionReader {
  /**
   * Where the file is.
   *
   * @throws InputError when the annotation or the location of the entity does not allow to tell
   */
  locate(entity: Entity): DefinitionLocation;
  /**
   * Reads it.
   *
   * @throws NotFoundError when it is not there, NotAllowedError when it may not be read, and what the reader of its
   * address throws
   */
  read(entity: Entity): Promise<string>;
}
