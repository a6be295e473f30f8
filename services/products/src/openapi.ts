import path from 'node:path';
import { runMain, writeOpenApi } from '@shopfloor/service-kit';
import { createDocumentedApp, REGENERATE } from './openApiDocument.ts';

// The newest version's document: what it adds is optional for clients of version 1.
runMain(async () => {
  const file = path.resolve(import.meta.dirname, '../openapi.yaml');
  const app = await createDocumentedApp(new Set(['ratings']));
  const changed = await writeOpenApi({ app, file, regenerate: REGENERATE });
  process.stdout.write(`openapi.yaml ${changed ? 'written' : 'is current'}\n`);
  await app.close();
});
