/**
 * Writes the JSON Schema that editors read beside the policies: `node platform/approvals/build.mts`. Its source is the schema
 * that the portal validates with; a test fails when the file is not what it says.
 */
import { writeFileSync } from 'node:fs';
import { policySchema } from '../../plugins/approvals-common/src/policy/policySchema.ts';

writeFileSync(
  new URL('approval-policy.schema.json', import.meta.url),
  `${JSON.stringify(policySchema, undefined, 2)}\n`,
);
