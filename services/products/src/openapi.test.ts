import { renderServiceDocument } from '@shopfloor/service-kit';
import { describeOpenApi } from '@shopfloor/service-kit/src/testing/describeOpenApi.ts';
import { parse } from 'yaml';
import { createDocumentedApp } from './openApiDocument.ts';

const source = import.meta.dirname;
const version1 = () => createDocumentedApp(new Set());
const version2 = () => createDocumentedApp(new Set(['ratings']));

describeOpenApi({ source, createApp: version2 });

it('the document of version 2 only adds to that of version 1: a client of version 1 can use it', async () => {
  const before = parse(
    await renderServiceDocument({ source, createApp: version1 }),
  );
  const after = parse(
    await renderServiceDocument({ source, createApp: version2 }),
  );
  expect(Object.keys(after.paths)).toEqual(Object.keys(before.paths));
  for (const [name, schema] of Object.entries<any>(before.components.schemas)) {
    expect(after.components.schemas[name]).toMatchObject(schema);
    expect(after.components.schemas[name].required).toEqual(schema.required);
  }
  expect(before.components.schemas.Rating).toBeUndefined();
  expect(after.components.schemas.Rating).toBeDefined();
});
