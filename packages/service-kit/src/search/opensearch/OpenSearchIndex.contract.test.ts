import { Client } from '@opensearch-project/opensearch';
import { loadConfig } from '../../config/defineConfig.ts';
import { describeWithServer } from '../../testing/adapters/describeWithServer.ts';
import { createSearchIndex, searchConfigSpec } from '../createSearchIndex.ts';
import {
  CONTRACT_SCHEMA,
  describeSearchContract,
} from '../testing/searchContract.ts';

const open = (url: string | undefined, timeoutMs = 20_000) =>
  createSearchIndex<{ title: string }>({
    config: loadConfig(searchConfigSpec, {
      SEARCH_ADAPTER: 'opensearch',
      SEARCH_OPENSEARCH_URL: url,
      SEARCH_TIMEOUT_MS: String(timeoutMs),
    }),
    schema: CONTRACT_SCHEMA,
  });

describeWithServer('SHOPFLOOR_TEST_OPENSEARCH_URL', 'OpenSearch', () => {
  const url = process.env.SHOPFLOOR_TEST_OPENSEARCH_URL;

  describeSearchContract('OpenSearch', {
    open: () => open(url),
    clear: async () => {
      const client = new Client({ node: url });
      await client.indices.delete({ index: `${CONTRACT_SCHEMA.name}-*` });
      await client.close();
    },
  });

  it('refuses to go on with other fields under the same name', async () => {
    const index = await open(url);
    await index.prepare();
    const changed = await createSearchIndex({
      config: loadConfig(searchConfigSpec, {
        SEARCH_ADAPTER: 'opensearch',
        SEARCH_OPENSEARCH_URL: url,
      }),
      schema: { ...CONTRACT_SCHEMA, fields: { brand: { kind: 'keyword' } } },
    });
    await expect(changed.prepare()).rejects.toThrow('new name');
    await Promise.all([index.close(), changed.close()]);
  });
});

describe('an OpenSearch that is down', () => {
  it('is told as unavailable, within the time given', async () => {
    const index = await open('http://127.0.0.1:9', 300);
    const started = performance.now();
    await expect(index.query({ limit: 1 })).rejects.toMatchObject({
      kind: 'unavailable',
      code: 'search-unavailable',
    });
    expect(performance.now() - started).toBeLessThan(3000);
    await index.close();
  });
});
