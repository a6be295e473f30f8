import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { renderOpenApi } from '@shopfloor/service-kit';
import { parse } from 'yaml';
import { createDocumentedApp, REGENERATE } from './openApiDocument.ts';

const file = path.resolve(import.meta.dirname, '../openapi.yaml');

describe('openapi.yaml', () => {
  it('is what the routes of the newest version say', async () => {
    const app = await createDocumentedApp(new Set(['ratings']));
    expect(await readFile(file, 'utf8')).toBe(
      await renderOpenApi(app, REGENERATE),
    );
    await app.close();
  });

  it('only adds to version 1: a client of version 1 can use it', async () => {
    const app = await createDocumentedApp(new Set());
    const before = parse(await renderOpenApi(app, REGENERATE));
    await app.close();
    const after = parse(await readFile(file, 'utf8'));
    expect(Object.keys(after.paths)).toEqual(Object.keys(before.paths));
    for (const [name, schema] of Object.entries<any>(
      before.components.schemas,
    )) {
      expect(after.components.schemas[name]).toMatchObject(schema);
      expect(after.components.schemas[name].required).toEqual(schema.required);
    }
    expect(before.components.schemas.Rating).toBeUndefined();
    expect(after.components.schemas.Rating).toBeDefined();
  });
});
