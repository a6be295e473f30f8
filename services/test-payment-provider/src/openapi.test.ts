import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { renderOpenApi } from '@shopfloor/service-kit';
import { createDocumentedApp, REGENERATE } from './openApiDocument.ts';

const file = path.resolve(import.meta.dirname, '../openapi.yaml');

describe('openapi.yaml', () => {
  it('is what the routes say', async () => {
    const app = await createDocumentedApp();
    expect(await readFile(file, 'utf8')).toBe(
      await renderOpenApi(app, REGENERATE),
    );
    await app.close();
  });
});
