/**
 * Drivers of other databases that knex names but we never use. They are absent
 * on purpose; left external, their `require` is only reached by their dialect.
 */
const ABSENT_DRIVERS = [
  'better-sqlite3',
  'mariadb',
  'mariadb/callback',
  'mysql',
  'mysql2',
  'oracledb',
  'pg-native',
  'pg-query-stream',
  'sqlite3',
  'tedious',
];

/**
 * What an image brings itself when it wants it: the profiler has a native part, which
 * no bundle can hold. `startProfiling` says so where it is absent.
 */
const BROUGHT_BY_IMAGE = ['@pyroscope/nodejs'];

/** Options of {@link bundleOptions}. */
export interface BundleRequest {
  /** Entry file, such as `services/products/src/server.ts`. */
  entry: string;
  /** File to write, such as `<state>/images/products/1.0.0/server.js`. */
  outfile: string;
  /** Semantic version of the image. */
  version: string;
  /** Features switched on in this build. */
  features?: readonly string[];
}

/**
 * Options for esbuild that make one self-contained file of a service's program:
 * `esbuild.build(bundleOptions({ … }))`. The format is CommonJS, so that the
 * file runs as `node server.js` from any folder.
 */
export function bundleOptions(request: BundleRequest) {
  return {
    entryPoints: [request.entry],
    outfile: request.outfile,
    bundle: true,
    platform: 'node' as const,
    target: 'node24',
    format: 'cjs' as const,
    external: [...ABSENT_DRIVERS, ...BROUGHT_BY_IMAGE],
    sourcemap: true,
    sourcesContent: false,
    legalComments: 'none' as const,
    logLevel: 'warning' as const,
    define: {
      __SHOPFLOOR_VERSION__: JSON.stringify(request.version),
      __SHOPFLOOR_FEATURES__: JSON.stringify(request.features ?? []),
    },
  };
}
