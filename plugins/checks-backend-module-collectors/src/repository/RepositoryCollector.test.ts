import { mockServices } from '@backstage/backend-test-utils';
import { RepositoryCollector } from './RepositoryCollector';

describe('RepositoryCollector', () => {
  it('links each secret that is written out to its line', async () => {
    const values = [
      'env:',
      '  - name: API_PASSWORD',
      '    value: hunter2-hunter2',
    ];
    const urlReader = mockServices.urlReader.mock({
      readTree: async () =>
        ({
          etag: 'c0ffee',
          files: async () => [
            {
              path: 'deploy/values.yaml',
              content: async () => Buffer.from(`${values.join('\n')}\n`),
            },
          ],
        }) as any,
    });
    const folder = 'https://git.test/shop/tree/main/services/orders/';
    const evidence = await new RepositoryCollector({ urlReader }).collect({
      entity: {
        apiVersion: 'backstage.io/v1alpha1',
        kind: 'Component',
        metadata: {
          name: 'orders',
          annotations: {
            'backstage.io/source-location': `url:${folder}`,
            'backstage.io/managed-by-location': `url:${folder}catalog-info.yaml`,
          },
        },
      },
      signal: new AbortController().signal,
    } as any);
    const { references } = evidence.find(({ key }) => key === 'manifests')!;
    expect(references).toEqual([
      {
        kind: 'file',
        target: `${folder}deploy/values.yaml`,
        commit: 'c0ffee',
        line: 3,
        href: `${folder}deploy/values.yaml#L3`,
      },
    ]);
    // What is about a file as a whole has no line.
    expect(evidence.find(({ key }) => key === 'image')!.references).toEqual([
      expect.objectContaining({ href: `${folder}Dockerfile` }),
    ]);
  });
});
