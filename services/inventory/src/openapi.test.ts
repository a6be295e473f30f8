import { describeOpenApi } from '@shopfloor/service-kit/src/testing/describeOpenApi.ts';
import { createDocumentedApp } from './openApiDocument.ts';

describeOpenApi({
  source: import.meta.dirname,
  createApp: createDocumentedApp,
});
