import { AuthService, DiscoveryService } from '@backstage/backend-plugin-api';
import { Entity, parseEntityRef } from '@backstage/catalog-model';
import {
  CollectedEvidence,
  CollectOptions,
  Collector,
  EvidenceType,
  SourceUnavailableError,
} from '@shopfloor/plugin-checks-node';
import { z } from 'zod';
import { readAnswer } from '../readAnswer';

const SOURCE = 'techdocs';

/** What a store of documents says of a file that it does not have: a folder, S3, Google and Azure. */
const ABSENT =
  /ENOENT|NoSuchKey|specified key does not exist|No such object|BlobNotFound|specified blob does not exist/;

const NOT_TOLD = {
  en: 'TechDocs does not tell whether there are built documents: its store does not answer, or it does not know the entity',
  zh: 'TechDocs 无法说明文档是否已构建：存储没有响应，或它不认识该实体',
};

/** `techdocs_metadata.json`, as the builder of TechDocs writes it. */
const metadata = z.object({
  /** Milliseconds since 1970. */
  build_timestamp: z.number().optional(),
  /** Of the sources that were built; a commit of a repository. */
  etag: z.string().optional(),
  files: z.array(z.string()).optional(),
});

/** Whether the portal holds the built documents of an entity, and since when. Nothing is built by asking. */
export class TechDocsCollector implements Collector {
  readonly name = 'techdocs';
  readonly version = '1';
  readonly title = { en: 'TechDocs', zh: '技术文档' };
  readonly intervalSeconds = 900;
  readonly freshnessSeconds = 21_600;
  readonly evidence: Record<string, EvidenceType> = {
    build: {
      object: {
        found: 'bool',
        /** ISO 8601; empty when it is not told. */
        builtAt: 'string',
        /** Of the sources. */
        etag: 'string',
        pages: 'int',
      },
    },
  };
  readonly #auth: AuthService;
  readonly #discovery: DiscoveryService;

  constructor(options: { auth: AuthService; discovery: DiscoveryService }) {
    this.#auth = options.auth;
    this.#discovery = options.discovery;
  }

  sources(_entity: Entity): string[] {
    return [SOURCE];
  }

  async collect({
    entity,
    signal,
  }: CollectOptions): Promise<CollectedEvidence[]> {
    const path = pathOf(entity);
    const common = {
      key: 'build',
      source: SOURCE,
      references: path
        ? [{ kind: 'url' as const, target: path, href: `/docs/${path}` }]
        : [],
    };
    const none = { found: false, builtAt: '', etag: '', pages: 0 };
    if (!path) {
      return [{ ...common, value: none }];
    }
    const { status, body } = await this.#read(path, signal);
    if (status === 404) {
      return ABSENT.test(String(body?.error?.message))
        ? [{ ...common, value: none }]
        : [{ ...common, unknown: NOT_TOLD }];
    }
    const found = metadata.safeParse(body);
    if (!found.success) {
      throw new SourceUnavailableError(
        SOURCE,
        'TechDocs answered something else than the metadata of documents',
      );
    }
    const { build_timestamp: builtAt, etag = '', files = [] } = found.data;
    return [
      {
        ...common,
        value: {
          found: true,
          builtAt: builtAt ? new Date(builtAt).toISOString() : '',
          etag,
          pages: files.filter(file => /\.html$/.test(file)).length,
        },
      },
    ];
  }

  async #read(path: string, signal: AbortSignal) {
    const { token } = await this.#auth.getPluginRequestToken({
      onBehalfOf: await this.#auth.getOwnServiceCredentials(),
      targetPluginId: 'techdocs',
    });
    const baseUrl = await this.#discovery.getBaseUrl('techdocs');
    return readAnswer({
      source: SOURCE,
      system: 'TechDocs',
      url: `${baseUrl}/metadata/techdocs/${path}`,
      headers: { authorization: `Bearer ${token}` },
      accept: [404],
      signal,
    });
  }
}

/** Where the documents are: its own, or those of the entity that it names. `undefined` without any. */
function pathOf({ kind, metadata: { annotations = {}, ...own } }: Entity) {
  const other = annotations['backstage.io/techdocs-entity'];
  if (!other && !annotations['backstage.io/techdocs-ref']) {
    return undefined;
  }
  const { namespace, ...named } = other
    ? parseEntityRef(other, { defaultKind: kind, defaultNamespace: 'default' })
    : { kind, namespace: own.namespace ?? 'default', name: own.name };
  return [namespace, named.kind, named.name]
    .map(part => encodeURIComponent(part.toLocaleLowerCase('en-US')))
    .join('/');
}
