import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, readdir, realpath, stat } from 'node:fs/promises';
import { join, matchesGlob, relative, sep } from 'node:path';
import { Readable } from 'node:stream';
import { fileURLToPath, pathToFileURL } from 'node:url';
import {
  ReaderFactory,
  ReadTreeResponseFactory,
  ReadUrlResponseFactory,
} from '@backstage/backend-defaults/urlReader';
import {
  isChildPath,
  UrlReaderService,
  UrlReaderServiceReadTreeOptions,
  UrlReaderServiceReadTreeResponse,
  UrlReaderServiceReadUrlOptions,
  UrlReaderServiceReadUrlResponse,
  UrlReaderServiceSearchOptions,
  UrlReaderServiceSearchResponse,
} from '@backstage/backend-plugin-api';
import {
  isError,
  NotAllowedError,
  NotFoundError,
  NotModifiedError,
} from '@backstage/errors';

const NEVER_READ = new Set(['node_modules', 'dist', 'dist-types', 'coverage']);

/** One file below the folder. */
interface FoundFile {
  path: string;
  mtimeMs: number;
  size: number;
}

/**
 * Reads `file:` addresses below one folder, as Backstage's other readers read a git server.
 *
 * Hidden files and folders (state, toolchain, `.git`), symbolic links and what is installed or built are never read, so
 * that whoever may register a location cannot read more than the repository holds.
 */
export class FolderUrlReader implements UrlReaderService {
  readonly #folder: string;
  readonly #treeResponseFactory: ReadTreeResponseFactory;

  /** A reader factory for the given folder. */
  static factory(folder: string): ReaderFactory {
    return ({ treeResponseFactory }) => [
      {
        predicate: url => url.protocol === 'file:',
        reader: new FolderUrlReader(folder, treeResponseFactory),
      },
    ];
  }

  private constructor(
    folder: string,
    treeResponseFactory: ReadTreeResponseFactory,
  ) {
    this.#folder = folder;
    this.#treeResponseFactory = treeResponseFactory;
  }

  async readUrl(
    url: string,
    options?: UrlReaderServiceReadUrlOptions,
  ): Promise<UrlReaderServiceReadUrlResponse> {
    const path = await this.#realPath(url);
    const file = await this.#stat(path);
    const etag = etagOf([file]);
    const lastModifiedAt = new Date(file.mtimeMs);
    if (
      options?.etag === etag ||
      (options?.lastModifiedAfter &&
        lastModifiedAt <= options.lastModifiedAfter)
    ) {
      throw new NotModifiedError();
    }
    return ReadUrlResponseFactory.fromReadable(createReadStream(path), {
      etag,
      lastModifiedAt,
    });
  }

  async readTree(
    url: string,
    options?: UrlReaderServiceReadTreeOptions,
  ): Promise<UrlReaderServiceReadTreeResponse> {
    const root = await this.#realPath(url);
    const files = (await this.#walk(root)).filter(
      ({ path, size }) =>
        options?.filter?.(posix(relative(root, path)), { size }) ?? true,
    );
    const etag = etagOf(files);
    if (options?.etag === etag) {
      throw new NotModifiedError();
    }
    const response = await this.#treeResponseFactory.fromReadableArray(
      files.map(({ path, mtimeMs }) => ({
        data: openLater(path),
        path: posix(relative(root, path)),
        lastModifiedAt: new Date(mtimeMs),
      })),
    );
    return Object.assign(response, { etag });
  }

  async search(
    url: string,
    options?: UrlReaderServiceSearchOptions,
  ): Promise<UrlReaderServiceSearchResponse> {
    const pattern = this.#path(url);
    const files = /[*?[{]/.test(pattern)
      ? (await this.#walk(this.#folder)).filter(({ path }) =>
          matchesGlob(path, pattern),
        )
      : [await this.#stat(await this.#realPath(url))];
    const etag = etagOf(files);
    if (options?.etag === etag) {
      throw new NotModifiedError();
    }
    return {
      etag,
      files: files.map(({ path, mtimeMs }) => ({
        url: pathToFileURL(path).href,
        content: () => readFile(path),
        lastModifiedAt: new Date(mtimeMs),
      })),
    };
  }

  toString(): string {
    return `folder{${this.#folder}}`;
  }

  #path(url: string): string {
    const path = fileURLToPath(url).replace(/\/+$/, '');
    if (
      !isChildPath(this.#folder, path) ||
      relative(this.#folder, path).split(sep).some(isNeverRead)
    ) {
      throw new NotAllowedError(`${url} is not part of the repository`);
    }
    return path;
  }

  /** A link anywhere in the path could lead out of the folder. */
  async #realPath(url: string): Promise<string> {
    const path = this.#path(url);
    await this.#stat(path);
    if (
      relative(await realpath(this.#folder), await realpath(path)) !==
      relative(this.#folder, path)
    ) {
      throw new NotAllowedError(`${url} leads through a link`);
    }
    return path;
  }

  async #stat(path: string): Promise<FoundFile> {
    try {
      const { mtimeMs, size } = await stat(path);
      return { path, mtimeMs, size };
    } catch (error) {
      if (isError(error) && error.code === 'ENOENT') {
        throw new NotFoundError(`${pathToFileURL(path)} does not exist`, error);
      }
      throw error;
    }
  }

  async #walk(folder: string): Promise<FoundFile[]> {
    const entries = await readdir(folder, { withFileTypes: true });
    const found = await Promise.all(
      entries
        .filter(entry => !isNeverRead(entry.name))
        .map(async entry => {
          const path = join(folder, entry.name);
          if (entry.isDirectory()) return this.#walk(path);
          return entry.isFile() ? [await this.#stat(path)] : [];
        }),
    );
    return found.flat().sort((a, b) => (a.path < b.path ? -1 : 1));
  }
}

function isNeverRead(segment: string): boolean {
  return segment.startsWith('.') || NEVER_READ.has(segment);
}

/** Opens the file when it is read, so that a large tree does not hold a descriptor per file. */
function openLater(path: string): Readable {
  return Readable.from(
    (async function* read() {
      yield* createReadStream(path);
    })(),
  );
}

function posix(path: string): string {
  return path.split(sep).join('/');
}

function etagOf(files: FoundFile[]): string {
  const hash = createHash('sha256');
  for (const { path, mtimeMs, size } of files) {
    hash.update(`${path}\0${mtimeMs}\0${size}\n`);
  }
  return hash.digest('hex');
}
