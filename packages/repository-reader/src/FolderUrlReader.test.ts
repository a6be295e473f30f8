import { mkdir, readFile, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { UrlReaders } from '@backstage/backend-defaults/urlReader';
import { UrlReaderService } from '@backstage/backend-plugin-api';
import {
  createMockDirectory,
  mockServices,
} from '@backstage/backend-test-utils';
import { FolderUrlReader } from './FolderUrlReader';

describe('FolderUrlReader', () => {
  const folder = createMockDirectory();
  let reader: UrlReaderService;
  const url = (path = '') => pathToFileURL(join(folder.path, path)).href;

  beforeEach(async () => {
    folder.setContent({
      'catalog-info.yaml': 'kind: Location',
      'services/products/catalog-info.yaml': 'kind: Component',
      'services/products/slo.yaml': 'kind: SLO',
      'services/cart/catalog-info.yaml': 'kind: Component',
      'docs/index.md': '# Hello',
      '.sandbox/secrets.json': '{"password":"x"}',
      'services/products/node_modules/a/catalog-info.yaml': 'kind: Component',
      'services/products/dist/catalog-info.yaml': 'kind: Component',
    });
    reader = UrlReaders.create({
      config: mockServices.rootConfig(),
      logger: mockServices.logger.mock(),
      factories: [FolderUrlReader.factory(folder.path)],
    });
  });

  it('reads one file, and again only when it has changed', async () => {
    const response = await reader.readUrl(url('services/products/slo.yaml'));
    expect((await response.buffer()).toString()).toBe('kind: SLO');
    await expect(
      reader.readUrl(url('services/products/slo.yaml'), {
        etag: response.etag,
      }),
    ).rejects.toMatchObject({ name: 'NotModifiedError' });
    await utimes(folder.resolve('services/products/slo.yaml'), 1, 1);
    await expect(
      reader.readUrl(url('services/products/slo.yaml'), {
        etag: response.etag,
      }),
    ).resolves.toMatchObject({ lastModifiedAt: new Date(1000) });
  });

  it('finds files by pattern, but not what is installed or built', async () => {
    const { files, etag } = await reader.search(
      url('services/*/catalog-info.yaml'),
    );
    expect(files.map(file => file.url)).toEqual([
      url('services/cart/catalog-info.yaml'),
      url('services/products/catalog-info.yaml'),
    ]);
    expect((await files[0].content()).toString()).toBe('kind: Component');
    await expect(
      reader.search(url('services/*/catalog-info.yaml'), { etag }),
    ).rejects.toMatchObject({ name: 'NotModifiedError' });
    await mkdir(folder.resolve('services/orders'));
    await writeFile(folder.resolve('services/orders/catalog-info.yaml'), '');
    const later = await reader.search(url('services/*/catalog-info.yaml'), {
      etag,
    });
    expect(later.files).toHaveLength(3);
  });

  it('reads a tree, without hidden files and links', async () => {
    await symlink('/etc', folder.resolve('docs/link'));
    const response = await reader.readTree(url());
    const dir = await response.dir();
    await expect(readFile(join(dir, 'docs/index.md'), 'utf8')).resolves.toBe(
      '# Hello',
    );
    const paths = (await (await reader.readTree(url())).files()).map(
      file => file.path,
    );
    expect(paths.sort()).toEqual([
      'catalog-info.yaml',
      'docs/index.md',
      'services/cart/catalog-info.yaml',
      'services/products/catalog-info.yaml',
      'services/products/slo.yaml',
    ]);
    await expect(
      reader.readTree(url(), { etag: response.etag }),
    ).rejects.toMatchObject({ name: 'NotModifiedError' });
  });

  it('says that a file does not exist', async () => {
    await expect(reader.readUrl(url('nothing.yaml'))).rejects.toMatchObject({
      name: 'NotFoundError',
    });
    await expect(reader.search(url('nothing.yaml'))).rejects.toMatchObject({
      name: 'NotFoundError',
    });
  });

  it.each([
    'file:///etc/passwd',
    'the state',
    'the way out',
    'an encoded way out',
    'a pattern over the state',
  ])('refuses %s', async what => {
    const target =
      {
        'the state': url('.sandbox/secrets.json'),
        'the way out': `${url()}/../../etc/passwd`,
        'an encoded way out': `${url()}/services/%2e%2e/%2e%2e/etc/passwd`,
        'a pattern over the state': url('.sandbox/*.json'),
      }[what] ?? what;
    await expect(reader.readUrl(target)).rejects.toMatchObject({
      name: 'NotAllowedError',
    });
    await expect(reader.search(target)).rejects.toMatchObject({
      name: 'NotAllowedError',
    });
    await expect(reader.readTree(target)).rejects.toMatchObject({
      name: 'NotAllowedError',
    });
  });

  it('does not follow a link out of the folder', async () => {
    await symlink('/etc/passwd', folder.resolve('services/passwd.yaml'));
    await symlink('/etc', folder.resolve('services/etc'));
    for (const path of ['services/passwd.yaml', 'services/etc/passwd']) {
      await expect(reader.readUrl(url(path))).rejects.toMatchObject({
        name: 'NotAllowedError',
      });
    }
    await expect(reader.readTree(url('services/etc'))).rejects.toMatchObject({
      name: 'NotAllowedError',
    });
  });
});
