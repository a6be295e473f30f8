/** On an entity: the path of its OpenSLO file, relative to the file that declares the entity. */
export const SLO_ANNOTATION = 'shopfloor.dev/slo';

/**
 * On an entity: the environments its SLOs are evaluated in, separated by commas. On an SLO of the file: the same for
 * this SLO alone.
 */
export const ENVIRONMENTS_ANNOTATION = 'shopfloor.dev/environments';

/** Series an SLO may name: recording rules in events per second, as `docs/reference/contracts.md` lists them. */
export const SERIES_PREFIX = 'shopfloor:';

/** Largest OpenSLO file that is read, in characters. */
export const MAX_FILE_CHARACTERS = 256 * 1024;
