import { runMain, writeServiceDocument } from '@shopfloor/service-kit';
import { createDocumentedApp } from './openApiDocument.ts';

// The newest version's document: what it adds is optional for clients of version 1.
runMain(() =>
  writeServiceDocument({
    source: import.meta.dirname,
    createApp: () => createDocumentedApp(new Set(['ratings'])),
  }),
);
