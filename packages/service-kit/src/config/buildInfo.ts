declare const __SHOPFLOOR_FEATURES__: string[] | undefined;
declare const __SHOPFLOOR_VERSION__: string | undefined;

/** What the bundler burned into this build. */
export interface BuildInfo {
  /** Semantic version of the image; `0.0.0-source` when run from source. */
  version: string;
  /** Features switched on at build time. */
  features: readonly string[];
}

/**
 * Reads what the bundler defined. Run from source there is no bundler; then
 * `SHOPFLOOR_FEATURES` (comma separated) chooses the features, for development.
 */
export function readBuildInfo(
  env: Record<string, string | undefined> = process.env,
): BuildInfo {
  const version =
    typeof __SHOPFLOOR_VERSION__ === 'undefined'
      ? '0.0.0-source'
      : __SHOPFLOOR_VERSION__;
  const features =
    typeof __SHOPFLOOR_FEATURES__ === 'undefined'
      ? (env.SHOPFLOOR_FEATURES ?? '').split(',').filter(Boolean)
      : __SHOPFLOOR_FEATURES__;
  return { version: version!, features: features! };
}
