/**
 * Writes the JSON Schema that editors read beside the scorecards: `node platform/scorecards/build.mts`. Its source is the
 * schema that the portal validates with; a test fails when the file is not what it says.
 */
import { writeFileSync } from 'node:fs';
import { scorecardSchema } from '../../plugins/scorecards-common/src/definition/scorecardSchema.ts';

writeFileSync(
  new URL('scorecard.schema.json', import.meta.url),
  `${JSON.stringify(scorecardSchema, undefined, 2)}\n`,
);
