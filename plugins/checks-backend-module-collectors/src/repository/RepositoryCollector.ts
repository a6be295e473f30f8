import { UrlReaderService } from '@backstage/backend-plugin-api';
import {
  ANNOTATION_LOCATION,
  Entity,
  parseLocationRef,
} from '@backstage/catalog-model';
import { JsonObject } from '@backstage/types';
import { EvidenceReference } from '@shopfloor/plugin-checks-common';
import {
  CollectedEvidence,
  CollectOptions,
  Collector,
  EvidenceType,
  SourceUnavailableError,
} from '@shopfloor/plugin-checks-node';
import { isOfInterest, readFolder } from './readFolder';

const MAX_FILE_CHARACTERS = 400_000;

/** The files beside the one that declares an entity, at the version that the reader has. */
export class RepositoryCollector implements Collector {
  readonly name = 'repository';
  readonly version = '2';
  readonly title = { en: 'Repository', zh: '代码仓库' };
  readonly intervalSeconds = 900;
  readonly freshnessSeconds = 21_600;
  readonly evidence: Record<string, EvidenceType> = {
    /** Words of the README; pages of docs; files of tests. */
    layout: {
      object: {
        readme: 'int',
        techdocs: 'bool',
        docs: 'int',
        openapi: 'bool',
        tests: 'int',
      },
    },
    runbook: { object: { found: 'bool', words: 'int' } },
    /** The Dockerfile. */
    image: {
      object: {
        found: 'bool',
        stages: 'int',
        user: 'string',
        runsAsRoot: 'bool',
      },
    },
    /** Manifests and values, and secrets that are written out in them. */
    manifests: {
      object: {
        files: 'int',
        literals: {
          list: { object: { file: 'string', line: 'int', field: 'string' } },
        },
      },
    },
    /** SLOs that the OpenSLO file defines, and its errors with their lines. */
    slos: {
      object: {
        file: 'string',
        objectives: { list: 'string' },
        errors: { list: 'string' },
      },
    },
  };
  readonly #urlReader: UrlReaderService;

  constructor(options: { urlReader: UrlReaderService }) {
    this.#urlReader = options.urlReader;
  }

  sources(entity: Entity): string[] {
    const folder = folderOf(entity);
    return folder ? [sourceOf(folder)] : [];
  }

  async collect({
    entity,
    signal,
  }: CollectOptions): Promise<CollectedEvidence[]> {
    const folder = folderOf(entity)!;
    const source = sourceOf(folder);
    const { etag, files } = await this.#read(folder, signal);
    const seen = await readFolder(files);
    const reference = (path: string, line?: number): EvidenceReference => ({
      kind: 'file',
      target: `${folder}${path}`,
      commit: etag,
      ...(line !== undefined && { line }),
      ...(folder.startsWith('http') && {
        href: `${folder}${path}${line === undefined ? '' : `#L${line}`}`,
      }),
    });
    const item = (key: keyof typeof seen, path: string) => ({
      key,
      source,
      references: [reference(path)],
      value: seen[key] as JsonObject,
    });
    return [
      item('layout', ''),
      item('runbook', 'docs/runbook.md'),
      item('image', 'Dockerfile'),
      {
        ...item('manifests', 'deploy/'),
        references:
          seen.manifests.literals.length > 0
            ? seen.manifests.literals.map(({ file, line }) =>
                reference(file, line),
              )
            : [reference('deploy/')],
      },
      item('slos', seen.slos.file || 'slo.yaml'),
    ];
  }

  async #read(folder: string, signal: AbortSignal) {
    try {
      const tree = await this.#urlReader.readTree(folder, {
        filter: isOfInterest,
        signal,
      });
      const files = await tree.files();
      return {
        etag: tree.etag,
        files: files.map(({ path, content }) => ({
          path,
          content: async () =>
            (await content()).toString('utf8').slice(0, MAX_FILE_CHARACTERS),
        })),
      };
    } catch (error) {
      const { name, message } = error as Error;
      if (['NotFoundError', 'NotAllowedError', 'InputError'].includes(name)) {
        throw error;
      }
      throw new SourceUnavailableError(sourceOf(folder), message, {
        cause: error,
      });
    }
  }
}

/** Address of the folder, with a slash at its end; undefined for what is not read through an address. */
function folderOf(entity: Entity): string | undefined {
  const location = entity.metadata.annotations?.[ANNOTATION_LOCATION];
  if (!location) {
    return undefined;
  }
  const { type, target } = parseLocationRef(location);
  return type === 'url' ? target.replace(/[^/]*$/, '') : undefined;
}

function sourceOf(folder: string): string {
  const { protocol, host } = new URL(folder);
  return `repository:${host || protocol.replace(':', '')}`;
}
