import path from 'node:path';
import { runMain } from '../lifecycle/main.ts';
import { bundleInto } from './bundleService.ts';

/**
 * The program `bundle.mts` of a service: `node services/<name>/bundle.mts <folder> <version> [feature,feature]`
 * writes the bundles into a folder, for its image.
 *
 * @param serviceFolder - the folder of the service, two below the root of the repository
 */
export function bundleMain(serviceFolder: string): void {
  const [folder, version, features = ''] = process.argv.slice(2);
  if (!folder || !version) {
    process.stderr.write('Usage: bundle.mts <folder> <version> [features]\n');
    process.exit(2);
  }
  runMain(async () => {
    await bundleInto({
      repoRoot: path.resolve(serviceFolder, '../..'),
      service: path.basename(serviceFolder),
      version,
      features: features.split(',').filter(Boolean),
      folder: path.resolve(folder),
    });
  });
}
