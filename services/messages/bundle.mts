/**
 * Bundles the programs of messages into a folder, as the sandbox does:
 * `node services/messages/bundle.mts <folder> <version> [feature,feature]`.
 */
import path from 'node:path';
import { build } from 'esbuild';
import { bundleOptions } from '../../packages/service-kit/src/bundling/bundleOptions.ts';

const [folder, version, features = ''] = process.argv.slice(2);
if (!folder || !version) {
  process.stderr.write('Usage: bundle.mts <folder> <version> [features]\n');
  process.exit(2);
}
for (const program of ['server', 'migrate']) {
  await build(
    bundleOptions({
      entry: path.join(import.meta.dirname, `src/${program}.ts`),
      outfile: path.join(folder, `${program}.js`),
      version,
      features: features.split(',').filter(Boolean),
    }),
  );
}
