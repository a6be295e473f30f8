import { readFile, realpath, stat } from 'fs/promises';
import { dirname, sep } from 'path';
import {
  resolveSafeChildPath,
  UrlReaderService,
} from '@backstage/backend-plugin-api';
import {
  ANNOTATION_LOCATION,
  Entity,
  parseLocationRef,
} from '@backstage/catalog-model';
import { InputError, NotAllowedError, NotFoundError } from '@backstage/errors';
import { ScmIntegrationRegistry } from '@backstage/integration';
import {
  MAX_FILE_CHARACTERS,
  SLO_ANNOTATION,
} from '@shopfloor/plugin-slo-common';
import { DefinitionLocation, DefinitionReader } from './DefinitionReader';

/** Plain names only: nothing that could mean another host, query or parent once it is part of an address. */
const PATH = /^[\w.-]+(\/[\w.-]+)*$/;
const MAX_FILE_BYTES = 4 * MAX_FILE_CHARACTERS;

/** What {@link DefaultDefinitionReader} needs. */
export interface DefaultDefinitionReaderOptions {
  urlReader: UrlReaderService;
  integrations: ScmIntegrationRegistry;
  /** Folders on the portal's own disk that may be read, absolute. */
  fileRoots: string[];
}

/**
 * Reads definitions beside the file that declares their entity: through the URL reader, or from the portal's own disk
 * when that file lies there and the folder is a configured root. The path in the annotation must be relative and stay
 * below the declaring file's folder, so that an entity cannot name another repository's files.
 */
export class DefaultDefinitionReader implements DefinitionReader {
  readonly #options: DefaultDefinitionReaderOptions;

  constructor(options: DefaultDefinitionReaderOptions) {
    this.#options = options;
  }

  locate(entity: Entity): DefinitionLocation {
    const { file, type, target } = this.#resolve(entity);
    // An address of another scheme leads nobody anywhere.
    return type === 'url' && /^https?:/.test(target)
      ? { file, url: target }
      : { file };
  }

  async read(entity: Entity): Promise<string> {
    const { type, target } = this.#resolve(entity);
    if (type === 'url') {
      const response = await this.#options.urlReader.readUrl(target);
      return (await response.buffer()).toString('utf8');
    }
    return this.#readDisk(target);
  }

  #resolve(entity: Entity): {
    file: string;
    type: 'url' | 'file';
    target: string;
  } {
    const annotations = entity.metadata.annotations ?? {};
    const file = (annotations[SLO_ANNOTATION] ?? '').replace(/^\.\//, '');
    if (!PATH.test(file) || file.split('/').includes('..')) {
      throw new InputError(
        `${SLO_ANNOTATION} must be a path below the folder of the file that declares the entity, not "${file}"`,
      );
    }
    const location = annotations[ANNOTATION_LOCATION];
    if (!location) {
      throw new InputError(`The entity has no ${ANNOTATION_LOCATION}`);
    }
    const { type, target } = parseLocationRef(location);
    switch (type) {
      case 'url':
        return {
          file,
          type,
          target: this.#options.integrations.resolveUrl({
            url: file,
            base: target,
          }),
        };
      case 'file':
        return {
          file,
          type,
          target: resolveSafeChildPath(dirname(target), file),
        };
      default:
        throw new InputError(
          `Files beside a location of type "${type}" cannot be read`,
        );
    }
  }

  async #readDisk(path: string): Promise<string> {
    let real: string;
    try {
      real = await realpath(path);
    } catch (error) {
      throw new NotFoundError('The file is not there', error);
    }
    const roots = await Promise.all(
      this.#options.fileRoots.map(root => realpath(root).catch(() => root)),
    );
    if (!roots.some(root => real.startsWith(root + sep))) {
      throw new NotAllowedError(
        'The file lies outside of slo.fileRoots, so the portal does not read it from its own disk',
      );
    }
    const { size } = await stat(real);
    if (size > MAX_FILE_BYTES) {
      throw new InputError(`The file is larger than ${MAX_FILE_BYTES} bytes`);
    }
    return readFile(real, 'utf8');
  }
}
