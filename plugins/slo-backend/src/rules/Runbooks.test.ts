import { mockServices } from '@backstage/backend-test-utils';
import { Entity } from '@backstage/catalog-model';
import { NotFoundError } from '@backstage/errors';
import { ConfigReader } from '@backstage/config';
import { ScmIntegrations } from '@backstage/integration';
import { CatalogService } from '@backstage/plugin-catalog-node';
import { TechDocsRunbooks } from './Runbooks';

const REPOSITORY = 'https://github.com/larkfield/shop/blob/main/services';

function service(name: string, annotations: Record<string, string>): Entity {
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Component',
    metadata: {
      name,
      annotations: {
        'backstage.io/managed-by-location': `url:${REPOSITORY}/${name}/catalog-info.yaml`,
        ...annotations,
      },
    },
  };
}

const inFolder = (path: string) => ({ 'backstage.io/techdocs-ref': path });

describe('runbooks of services', () => {
  let files: Record<string, true | Error>;
  let asked: string[];
  let time: number;
  let catalogFails: boolean;

  beforeEach(() => {
    files = {};
    asked = [];
    time = 0;
    catalogFails = false;
  });

  function start(entities: Entity[]) {
    const runbooks = TechDocsRunbooks.create({
      auth: mockServices.auth(),
      catalog: {
        getEntitiesByRefs: async ({ entityRefs }: { entityRefs: string[] }) => {
          if (catalogFails) {
            throw new Error('connection refused');
          }
          return {
            items: entityRefs.map(ref =>
              entities.find(
                ({ metadata }) => ref === `component:default/${metadata.name}`,
              ),
            ),
          };
        },
      } as unknown as CatalogService,
      integrations: ScmIntegrations.fromConfig(new ConfigReader({})),
      urlReader: mockServices.urlReader.mock({
        readUrl: async url => {
          const path = url.slice(REPOSITORY.length + 1);
          asked.push(path);
          const file = files[path] ?? new NotFoundError('not there');
          if (file !== true) {
            throw file;
          }
          return {} as never;
        },
      }),
      logger: mockServices.logger.mock(),
      appUrl: 'https://portal.example/',
      now: () => new Date(time),
    });
    return async () =>
      Object.fromEntries(
        await runbooks.of([
          ...entities.map(
            ({ metadata }) => `component:default/${metadata.name}`,
          ),
          'component:default/gone',
        ]),
      );
  }

  const orders =
    'https://portal.example/docs/default/component/orders/runbook/';

  it.each([
    ['dir:.', 'orders/docs/runbook.md'],
    ['dir:./', 'orders/docs/runbook.md'],
    ['dir:handbook', 'orders/handbook/docs/runbook.md'],
    ['dir:./handbook', 'orders/handbook/docs/runbook.md'],
  ])('are pages of the documents in %s that are there', async (ref, path) => {
    files = { [path]: true };
    const of = start([service('orders', inFolder(ref)), service('cart', {})]);
    expect(await of()).toEqual({ 'component:default/orders': orders });
    expect(asked).toEqual([path]);
  });

  it.each([
    'dir:../other',
    'dir:a/../../b',
    'url:https://elsewhere',
    'dir:/etc',
  ])('are not looked for in %s', async ref => {
    const of = start([service('orders', inFolder(ref))]);
    expect(await of()).toEqual({});
    expect(asked.every(path => path.startsWith('orders/'))).toBe(true);
  });

  it('come and go within ten minutes, and stay as they were while nobody can tell', async () => {
    const path = 'orders/docs/runbook.md';
    const of = start([service('orders', inFolder('dir:.'))]);
    expect(await of()).toEqual({});
    files[path] = true;
    expect(await of()).toEqual({});
    time += 600_001;
    expect(await of()).toEqual({ 'component:default/orders': orders });
    files[path] = new Error('connection refused');
    time += 600_001;
    expect(await of()).toEqual({ 'component:default/orders': orders });
    catalogFails = true;
    expect(await of()).toEqual({ 'component:default/orders': orders });
    catalogFails = false;
    delete files[path];
    expect(await of()).toEqual({});
  });
});
