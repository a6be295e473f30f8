import { loadConfig } from '../../config/defineConfig.ts';
import { describeWithServer } from '../../testing/adapters/describeWithServer.ts';
import {
  createDocumentStore,
  documentsConfigSpec,
} from '../createDocumentStore.ts';
import { describeDocumentsContract } from '../testing/documentsContract.ts';

const config = (url: string | undefined) =>
  loadConfig(documentsConfigSpec, {
    DOCUMENTS_ADAPTER: 'mongo',
    DOCUMENTS_MONGO_URL: url,
    DOCUMENTS_MONGO_DATABASE: 'contract',
    DOCUMENTS_TIMEOUT_MS: '5000',
  });

describeWithServer('SHOPFLOOR_TEST_MONGO_URL', 'MongoDB', () => {
  describeDocumentsContract('MongoDB', {
    open: async schema =>
      createDocumentStore({
        config: config(process.env.SHOPFLOOR_TEST_MONGO_URL),
        schema,
      }),
  });
});

describe('a MongoDB that is down', () => {
  it('is told as unavailable, within the time given', async () => {
    const store = await createDocumentStore({
      config: {
        ...config('mongodb://127.0.0.1:9'),
        DOCUMENTS_TIMEOUT_MS: 200,
      },
      schema: { name: 'things' },
    });
    const started = performance.now();
    await expect(store.get('a')).rejects.toMatchObject({
      kind: 'unavailable',
      code: 'documents-unavailable',
    });
    expect(performance.now() - started).toBeLessThan(3000);
    await store.close();
  });
});
