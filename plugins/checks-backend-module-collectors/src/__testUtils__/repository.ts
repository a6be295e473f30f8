import { readdir, readFile } from 'fs/promises';
import { join, matchesGlob, relative, resolve } from 'path';
import { fileURLToPath, pathToFileURL } from 'url';
import { UrlReaderService } from '@backstage/backend-plugin-api';
import { Entity, stringifyEntityRef } from '@backstage/catalog-model';
import { parseAllDocuments } from 'yaml';

/** The folder of this repository. */
export const repository = resolve(__dirname, '../../../..');

const SERVICES = [
  'cart',
  'customers',
  'fulfilment',
  'inventory',
  'messages',
  'orders',
  'payments',
  'product-search',
  'products',
  'storefront',
  'test-payment-provider',
];

const RELATIONS: Array<[string, string, string, string]> = [
  ['owner', 'ownedBy', 'ownerOf', 'group'],
  ['system', 'partOf', 'hasPart', 'system'],
  ['providesApis', 'providesApi', 'apiProvidedBy', 'api'],
  ['consumesApis', 'consumesApi', 'apiConsumedBy', 'api'],
  ['dependsOn', 'dependsOn', 'dependencyOf', 'component'],
];

/** The services of the shop and their APIs as their files declare them, with the relations that the catalog makes of that. */
export async function shopEntities(): Promise<Entity[]> {
  const entities: Entity[] = [];
  for (const path of [
    ...SERVICES.map(service => `services/${service}`),
    'packages/service-kit',
    'packages/pricing',
    'platform',
  ]) {
    const folder = join(repository, path);
    const text = await readFile(join(folder, 'catalog-info.yaml'), 'utf8');
    for (const document of parseAllDocuments(text)) {
      const entity = document.toJS();
      entity.metadata.namespace = 'default';
      entity.metadata.annotations = {
        ...entity.metadata.annotations,
        'backstage.io/managed-by-location': `url:${
          pathToFileURL(join(folder, 'catalog-info.yaml')).href
        }`,
      };
      if (entity.spec?.definition?.$text) {
        entity.spec.definition = await readFile(
          join(folder, entity.spec.definition.$text),
          'utf8',
        );
      }
      entity.relations = [];
      entities.push(entity);
    }
  }
  const teams = new Set(entities.map(({ spec }) => String(spec?.owner)));
  for (const team of teams) {
    entities.push({
      apiVersion: 'backstage.io/v1alpha1',
      kind: 'Group',
      metadata: { name: team.split('/').pop()!, namespace: 'default' },
      spec: { type: 'team', children: [] },
      relations: [{ type: 'hasMember', targetRef: 'user:default/somebody' }],
    });
  }
  const byRef = new Map(entities.map(e => [stringifyEntityRef(e), e]));
  for (const entity of byRef.values()) {
    for (const [field, type, inverse, kind] of RELATIONS) {
      for (const target of [entity.spec?.[field] ?? []].flat()) {
        const targetRef = String(target).includes(':')
          ? String(target)
          : `${kind}:default/${target}`;
        entity.relations!.push({ type, targetRef });
        byRef.get(targetRef)?.relations!.push({
          type: inverse,
          targetRef: stringifyEntityRef(entity),
        });
      }
    }
  }
  return [...byRef.values()];
}

/** Reads this repository from the disk, as a git server's reader reads its own. */
export function repositoryReader(): Pick<
  UrlReaderService,
  'readTree' | 'search'
> {
  const walk = async (folder: string): Promise<string[]> =>
    (
      await Promise.all(
        (await readdir(folder, { withFileTypes: true }))
          .filter(({ name }) => name !== 'node_modules' && name[0] !== '.')
          .map(entry =>
            entry.isDirectory()
              ? walk(join(folder, entry.name))
              : [join(folder, entry.name)],
          ),
      )
    ).flat();
  return {
    async readTree(url, options) {
      const folder = fileURLToPath(url);
      const paths = (await walk(folder))
        .map(path => relative(folder, path))
        .filter(path => options?.filter?.(path) ?? true);
      return {
        etag: 'abc123',
        files: async () =>
          paths.map(path => ({
            path,
            content: () => readFile(join(folder, path)),
          })),
      } as never;
    },
    async search(url) {
      const pattern = fileURLToPath(url);
      const folder = pattern.slice(0, pattern.lastIndexOf('/'));
      const paths = (await walk(folder)).filter(path =>
        matchesGlob(path, pattern),
      );
      return {
        etag: '',
        files: paths.sort().map(path => ({
          url: pathToFileURL(path).href,
          content: () => readFile(path),
        })),
      } as never;
    },
  };
}
