import { mkdir, mkdtemp, rm, symlink, writeFile } from 'fs/promises';
import { tmpdir } from 'os';
import { join } from 'path';
import { mockServices } from '@backstage/backend-test-utils';
import { ConfigReader } from '@backstage/config';
import { ScmIntegrations } from '@backstage/integration';
import { DefaultDefinitionReader } from './DefaultDefinitionReader';

function entity(location: string, file: string) {
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Component',
    metadata: {
      name: 'products',
      annotations: {
        'backstage.io/managed-by-location': location,
        'shopfloor.dev/slo': file,
      },
    },
  };
}

describe('DefaultDefinitionReader', () => {
  const readUrl = jest.fn(async (url: string) => ({
    buffer: async () => Buffer.from(`content of ${url}`),
  }));
  let folder: string;
  let reader: DefaultDefinitionReader;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'slo-reader-'));
    await mkdir(join(folder, 'repository'));
    await writeFile(join(folder, 'repository', 'slo.yaml'), 'inside');
    await writeFile(join(folder, 'secret.yaml'), 'outside');
    await symlink(
      join(folder, 'secret.yaml'),
      join(folder, 'repository', 'link.yaml'),
    );
    reader = new DefaultDefinitionReader({
      urlReader: mockServices.urlReader.mock({ readUrl: readUrl as any }),
      integrations: ScmIntegrations.fromConfig(new ConfigReader({})),
      fileRoots: [join(folder, 'repository')],
    });
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  it.each([
    [
      'a git host',
      'url:https://github.com/larkfield/shop/blob/main/services/products/catalog-info.yaml',
      'https://github.com/larkfield/shop/tree/main/services/products/slo.yaml',
      true,
    ],
    [
      'the repository the portal runs from',
      'url:file:///repository/services/products/catalog-info.yaml',
      'file:///repository/services/products/slo.yaml',
      false,
    ],
  ])('reads beside a file of %s', async (_, location, expected, linked) => {
    const products = entity(location, './slo.yaml');
    expect(await reader.read(products)).toBe(`content of ${expected}`);
    expect(reader.locate(products)).toEqual({
      file: 'slo.yaml',
      ...(linked && { url: expected }),
    });
  });

  it('reads from disk below a configured root', async () => {
    const location = `file:${folder}/repository/catalog-info.yaml`;
    expect(await reader.read(entity(location, 'slo.yaml'))).toBe('inside');
    await expect(reader.read(entity(location, 'none.yaml'))).rejects.toThrow(
      /not there/,
    );
  });

  it('does not follow a link out of the root', async () => {
    const location = `file:${folder}/repository/catalog-info.yaml`;
    await expect(reader.read(entity(location, 'link.yaml'))).rejects.toThrow(
      /outside its parent/,
    );
  });

  it.each([
    '../secret.yaml',
    'a/../../secret.yaml',
    '..\\secret.yaml',
    '%2e%2e/secret.yaml',
    'slo.yaml?ref=other',
    '/etc/passwd',
    'https://github.com/other/repository/blob/main/slo.yaml',
    'file:///etc/passwd',
    '//other.example/slo.yaml',
    '',
  ])('refuses the path "%s"', async file => {
    readUrl.mockClear();
    for (const location of [
      `file:${folder}/repository/catalog-info.yaml`,
      'url:https://github.com/larkfield/shop/blob/main/catalog-info.yaml',
    ]) {
      await expect(reader.read(entity(location, file))).rejects.toThrow(
        /must be a path below/,
      );
    }
    expect(readUrl).not.toHaveBeenCalled();
  });
});
