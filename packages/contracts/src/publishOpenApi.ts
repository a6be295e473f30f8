import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findBreakingApiChanges } from './compatibility/openApiCompatibility.ts';
import { describeDifferences } from './compatibility/schemaCompatibility.ts';
import { contractsFolder } from './contractFiles.ts';
import { readPublishedApis, readServiceApi } from './openApiFiles.ts';

/*
 * node packages/contracts/src/publishOpenApi.ts <service> …
 *
 * Publishes the document of a service under the version it states, unless it
 * breaks a published version of the same major, or that version is out already.
 */
for (const service of process.argv.slice(2)) {
  const api = readServiceApi(service);
  if (!api) {
    throw new Error(`services/${service}/openapi.yaml does not exist`);
  }
  const problems = readPublishedApis(service)
    .filter(({ major }) => major === api.major)
    .flatMap(({ version, document }) =>
      describeDifferences(findBreakingApiChanges(document, api.document)).map(
        problem => `${service} ${version}: ${problem}`,
      ),
    );
  if (problems.length > 0) {
    throw new Error(
      `The document breaks callers; raise its major version or keep what they use:\n${problems.join('\n')}`,
    );
  }
  const folder = join(contractsFolder, 'published/openapi', service);
  const file = join(folder, `${api.version}.yaml`);
  if (existsSync(file)) {
    process.stdout.write(`${service} ${api.version} is published already\n`);
  } else {
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, api.text);
    process.stdout.write(`published ${service} ${api.version}\n`);
  }
}
