import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  describeDifferences,
  findBreakingChanges,
} from './compatibility/schemaCompatibility.ts';
import {
  contractsFolder,
  publishableSchema,
  readPublished,
} from './contractFiles.ts';
import { eventTypes } from './events/catalogue.ts';

/*
 * Writes the next revision of each schema that differs from its newest published
 * one. A change that breaks any published revision is refused: it needs a new
 * version of the type. Published files are never edited or deleted.
 */
let refused = false;
for (const type of eventTypes) {
  const published = readPublished(type);
  const schema = publishableSchema(type);
  const newest = published.at(-1);
  if (JSON.stringify(newest?.content) !== JSON.stringify(schema)) {
    const problems = published.flatMap(({ number, content }) =>
      describeDifferences(findBreakingChanges(content, schema)).map(
        problem => `${type}, revision ${number}: ${problem}`,
      ),
    );
    if (problems.length > 0) {
      refused = true;
      process.stderr.write(`${problems.join('\n')}\n`);
    } else {
      const folder = join(contractsFolder, 'published', type);
      const next = (newest?.number ?? 0) + 1;
      mkdirSync(folder, { recursive: true });
      writeFileSync(
        join(folder, `${next}.schema.json`),
        `${JSON.stringify(schema, undefined, 2)}\n`,
      );
      process.stdout.write(
        `published ${type}, revision ${next}; add fixtures/${type}/${next}.json\n`,
      );
    }
  }
}
process.exitCode = refused ? 1 : 0;
