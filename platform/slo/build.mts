/**
 * Writes the JSON Schema that editors read beside the release policy: `node platform/slo/build.mts`. Its source is the
 * schema that the portal validates with; a test fails when the file is not what it says.
 */
import { writeFileSync } from 'node:fs';
import { releasePolicySchema } from '../../plugins/slo-backend/src/gate/releasePolicySchema.ts';

writeFileSync(
  new URL('release-policy.schema.json', import.meta.url),
  `${JSON.stringify(releasePolicySchema, undefined, 2)}\n`,
);
