/** On an entity: the path of its OpenSLO file, relative to the file that declares the entity. */
export const SLO_ANNOTATION = 'shopfloor.dev/slo';

/**
 * On an entity: the environments its SLOs are evaluated in, separated by commas. On an SLO of the file: the same for
 * this SLO alone.
 */
export const ENVIRONMENTS_ANNOTATION = 'shopfloor.dev/environments';

/** On an SLO: the fewest events in the long window of an alert row before the row counts, for example `"100"`. */
export const MINIMUM_EVENTS_ANNOTATION = 'shopfloor.dev/minimum-events';

/** On an SLO: times that do not count, one a line; see {@link MaintenanceWindow}. */
export const MAINTENANCE_ANNOTATION = 'shopfloor.dev/maintenance';

/** On an SLO: more windows for its objectives, separated by commas: `7d, 1M@Europe/Berlin`. */
export const WINDOWS_ANNOTATION = 'shopfloor.dev/windows';

/** On an SLO: the SLOs of other services that make up a user journey, one a line: `cart/cart-availability = 2`. */
export const JOURNEY_ANNOTATION = 'shopfloor.dev/journey';

/** On an SLO: address of what to do when an alert of it fires. */
export const RUNBOOK_ANNOTATION = 'shopfloor.dev/runbook';

/** Every annotation an SLO may carry under our prefix. */
export const KNOWN_SLO_ANNOTATIONS = [
  ENVIRONMENTS_ANNOTATION,
  MINIMUM_EVENTS_ANNOTATION,
  MAINTENANCE_ANNOTATION,
  WINDOWS_ANNOTATION,
  JOURNEY_ANNOTATION,
  RUNBOOK_ANNOTATION,
];

/** Series an SLO may name: recording rules in events per second, as `docs/reference/contracts.md` lists them. */
export const SERIES_PREFIX = 'shopfloor:';

/** Largest OpenSLO file that is read, in characters. */
export const MAX_FILE_CHARACTERS = 256 * 1024;
