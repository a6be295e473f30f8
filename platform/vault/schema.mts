/** Writes `secrets.schema.json` from the schema by which the portal reads a `secrets.yaml`: `node platform/vault/schema.mts`. */
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const require = createRequire(import.meta.url);
// The package is written like the backend's: it is loaded the way the backend is.
require('@backstage/cli-node/config/nodeTransform.cjs');
const {
  declarationsSchema,
} = require('../../plugins/secrets-common/src/declarations/declarationsSchema.ts');

writeFileSync(
  path.join(import.meta.dirname, 'secrets.schema.json'),
  `${JSON.stringify(declarationsSchema, undefined, 2)}\n`,
);
