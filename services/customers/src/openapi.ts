import { runMain, writeServiceDocument } from '@shopfloor/service-kit';
import { createDocumentedApp } from './openApiDocument.ts';

runMain(() =>
  writeServiceDocument({
    source: import.meta.dirname,
    createApp: createDocumentedApp,
  }),
);
