import { mkdtemp, readFile, rm } from 'fs/promises';
import { tmpdir } from 'os';
import { join } from 'path';
import { mockServices } from '@backstage/backend-test-utils';
import {
  ForwardedError,
  NotFoundError,
  serializeError,
} from '@backstage/errors';
import { orders } from '../__testUtils__/environments';
import { TestServer } from '../__testUtils__/servers';
import { TechDocsCollector } from './TechDocsCollector';

const never = new AbortController().signal;
const METADATA = {
  site_name: 'orders',
  build_timestamp: 1_764_000_000_000,
  etag: '5f1c0e7',
  files: ['index.html', 'runbook/index.html', 'assets/main.css', 'sitemap.xml'],
};

describe('the documents that the portal has built', () => {
  let server: TestServer;
  let answer: [number, unknown];
  let asked: string[];

  beforeAll(async () => {
    server = await TestServer.start((req, res) => {
      asked.push(req.url!);
      const authorized = req.headers.authorization?.startsWith('Bearer ');
      res.writeHead(authorized ? answer[0] : 401);
      res.end(
        typeof answer[1] === 'string' ? answer[1] : JSON.stringify(answer[1]),
      );
    });
  });
  beforeEach(() => {
    asked = [];
    answer = [200, METADATA];
  });
  afterAll(() => server.stop());

  const look = async (
    annotations: Record<string, string> = {
      'backstage.io/techdocs-ref': 'dir:.',
    },
    url = server.url,
  ) => {
    const entity = orders('production');
    const [seen] = await new TechDocsCollector({
      auth: mockServices.auth(),
      discovery: mockServices.discovery.mock({
        getBaseUrl: async plugin => `${url}/api/${plugin}`,
      }),
    }).collect({
      entity: { ...entity, metadata: { ...entity.metadata, annotations } },
      signal: never,
    });
    return seen;
  };

  /** What the backend of TechDocs answers when its store throws. */
  const notFound = (cause: Error) => ({
    error: serializeError(
      new NotFoundError(
        "Unable to get metadata for 'component:default/orders'",
        cause,
      ),
    ),
  });

  it('are found with when they were built and of what', async () => {
    expect(await look()).toEqual({
      key: 'build',
      source: 'techdocs',
      references: [
        {
          kind: 'url',
          target: 'default/component/orders',
          href: '/docs/default/component/orders',
        },
      ],
      value: {
        found: true,
        builtAt: '2025-11-24T16:00:00.000Z',
        etag: '5f1c0e7',
        pages: 2,
      },
    });
    expect(asked).toEqual([
      '/api/techdocs/metadata/techdocs/default/component/orders',
    ]);
  });

  it('are those of the entity that it names', async () => {
    await look({ 'backstage.io/techdocs-entity': 'System:Shop/Checkout' });
    expect(asked).toEqual([
      '/api/techdocs/metadata/techdocs/shop/system/checkout',
    ]);
  });

  it('are not there when the store says so, as a folder and S3 do', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'techdocs-'));
    const enoent = await readFile(join(folder, 'techdocs_metadata.json')).catch(
      error => error,
    );
    await rm(folder, { recursive: true });
    for (const cause of [
      new ForwardedError(
        `Unable to read techdocs_metadata.json. Error: ${enoent}`,
        enoent,
      ),
      new ForwardedError(
        'TechDocs metadata fetch failed',
        new Error('The specified key does not exist.'),
      ),
    ]) {
      answer = [404, notFound(cause)];
      expect((await look()).value).toMatchObject({ found: false, pages: 0 });
    }
  });

  it('are unknown when the store does not answer, or the entity is not known there', async () => {
    for (const body of [
      notFound(
        new ForwardedError(
          'TechDocs metadata fetch failed',
          new Error('getaddrinfo ENOTFOUND storage.internal'),
        ),
      ),
      {
        error: {
          message: "Unable to get metadata for 'component:default/orders'",
        },
      },
    ]) {
      answer = [404, body];
      const seen = await look();
      expect(seen.value).toBeUndefined();
      expect(seen.unknown?.en).toContain('does not tell');
    }
  });

  it('are not asked for without the annotation', async () => {
    expect(await look({})).toMatchObject({
      value: { found: false },
      references: [],
    });
    expect(asked).toEqual([]);
  });

  it.each<[string, [number, unknown], string]>([
    ['500', [500, {}], 'answered 500'],
    ['something else', [200, '<!doctype html>'], 'something else than JSON'],
    ['other metadata', [200, { files: 3 }], 'something else than the metadata'],
  ])('leave the last evidence in place on %s', async (_, other, message) => {
    answer = other;
    await expect(look()).rejects.toMatchObject({
      name: 'SourceUnavailableError',
      source: 'techdocs',
      message: expect.stringContaining(message),
    });
  });

  it('leave the last evidence in place while nobody answers', async () => {
    await expect(
      look({ 'backstage.io/techdocs-ref': 'dir:.' }, 'http://127.0.0.1:1'),
    ).rejects.toMatchObject({ name: 'SourceUnavailableError' });
  });
});
