import path from 'node:path';
import { runMain, writeOpenApi } from '@shopfloor/service-kit';
import { createDocumentedApp, REGENERATE } from './openApiDocument.ts';

runMain(async () => {
  const file = path.resolve(import.meta.dirname, '../openapi.yaml');
  const app = await createDocumentedApp();
  const changed = await writeOpenApi({ app, file, regenerate: REGENERATE });
  process.stdout.write(`openapi.yaml ${changed ? 'written' : 'is current'}\n`);
  await app.close();
});
