import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import {
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { PassThrough, Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import {
  ArchivePlace,
  ArchiveSeal,
  StoredEntry,
} from '@shopfloor/plugin-audit-node';

/** Where entries that left the database are kept. */
export interface ArchiveStore {
  /** Streams that have archives. */
  streams(): Promise<string[]>;
  /** The seals of a stream in the order of the chain. */
  seals(stream: string): Promise<ArchiveSeal[]>;
  /**
   * Looks for one archive without reading its entries: its seal, and the size of its file, each `undefined` when it is not there.
   * `file` is its path below the folder of archives.
   */
  find(place: Omit<ArchivePlace, 'lastHash'>): Promise<{
    file: string;
    seal?: ArchiveSeal;
    bytes?: number;
  }>;
  /** Writes entries, first to last; what returns is on the disk, and no archive until it is sealed. @returns the file's SHA-256 */
  write(
    place: { stream: string; first: number; last: number },
    entries: AsyncIterable<StoredEntry>,
  ): Promise<string>;
  /** Makes an archive of what was written. */
  seal(seal: ArchiveSeal): Promise<void>;
  /** Tells the entries of an archive in their order. @returns the file's SHA-256 @throws when it cannot be read */
  read(seal: ArchiveSeal, tell: (entry: StoredEntry) => void): Promise<string>;
}

const SEAL = /^(\d{12})-(\d{12})\.seal\.json$/;

/**
 * {@link ArchiveStore} as a folder for each stream: `<first>-<last>.jsonl.gz`, one entry a line, and `<first>-<last>.seal.json`
 * beside it. Files are written under another name, brought to the disk, and then renamed, the seal last.
 */
export class FileArchiveStore implements ArchiveStore {
  readonly #directory: string;

  constructor(options: { directory: string }) {
    this.#directory = options.directory;
  }

  async streams(): Promise<string[]> {
    return (await entriesOf(this.#directory))
      .filter(entry => entry.isDirectory())
      .map(({ name }) => name)
      .sort();
  }

  async seals(stream: string): Promise<ArchiveSeal[]> {
    const folder = join(this.#directory, stream);
    const names = (await entriesOf(folder))
      .map(({ name }) => name)
      .filter(name => SEAL.test(name))
      .sort();
    return Promise.all(
      names.map(async name => {
        const [, first, last] = SEAL.exec(name)!;
        return readSeal(await readFile(join(folder, name), 'utf8'), {
          stream,
          first: Number(first),
          last: Number(last),
        });
      }),
    );
  }

  async find(place: Omit<ArchivePlace, 'lastHash'>) {
    const folder = join(this.#directory, place.stream);
    const name = nameOf(place);
    const file = `${name}.jsonl.gz`;
    const [text, size] = await Promise.all([
      ifThere(readFile(join(folder, `${name}.seal.json`), 'utf8')),
      ifThere(stat(join(folder, file))),
    ]);
    return {
      file: `${place.stream}/${file}`,
      ...(text !== undefined && { seal: readSeal(text, place) }),
      ...(size && { bytes: size.size }),
    };
  }

  async write(
    place: { stream: string; first: number; last: number },
    entries: AsyncIterable<StoredEntry>,
  ): Promise<string> {
    const folder = join(this.#directory, place.stream);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const path = join(folder, `${nameOf(place)}.jsonl.gz`);
    const hash = createHash('sha256');
    const lines = async function* lines() {
      for await (const entry of entries) {
        yield `${JSON.stringify(entry)}\n`;
      }
    };
    await pipeline(
      Readable.from(lines()),
      createGzip(),
      hashing(hash),
      createWriteStream(`${path}.tmp`, { mode: 0o600 }),
    );
    await settle(`${path}.tmp`, path, folder);
    return hash.digest('hex');
  }

  async seal(seal: ArchiveSeal): Promise<void> {
    const folder = join(this.#directory, seal.stream);
    const path = join(folder, `${nameOf(seal)}.seal.json`);
    await writeFile(`${path}.tmp`, `${JSON.stringify(seal)}\n`, {
      mode: 0o600,
    });
    await settle(`${path}.tmp`, path, folder);
    await this.#tidy(seal.stream);
  }

  async read(
    seal: ArchiveSeal,
    tell: (entry: StoredEntry) => void,
  ): Promise<string> {
    const path = join(this.#directory, seal.stream, `${nameOf(seal)}.jsonl.gz`);
    const hash = createHash('sha256');
    const out = new PassThrough();
    const lines = createInterface({ input: out, crlfDelay: Infinity });
    const read = pipeline(
      createReadStream(path),
      hashing(hash),
      createGunzip(),
      out,
    );
    // Awaited below; without this a failure before that would be one that nobody handles.
    read.catch(() => lines.close());
    try {
      for await (const line of lines) {
        tell(JSON.parse(line) as StoredEntry);
      }
    } catch (error) {
      // A line that is none: the rest of the file is not read.
      out.destroy();
      throw error;
    }
    await read;
    return hash.digest('hex');
  }

  /** Removes what a process left behind that died before it sealed. */
  async #tidy(stream: string): Promise<void> {
    const folder = join(this.#directory, stream);
    const names = (await entriesOf(folder)).map(({ name }) => name);
    const sealed = new Set(
      names
        .filter(name => SEAL.test(name))
        .map(name => name.replace('.seal.json', '.jsonl.gz')),
    );
    for (const name of names) {
      if (
        name.endsWith('.tmp') ||
        (name.endsWith('.jsonl.gz') && !sealed.has(name))
      ) {
        await rm(join(folder, name), { force: true });
      }
    }
  }
}

function nameOf({ first, last }: { first: number; last: number }): string {
  return [first, last].map(part => String(part).padStart(12, '0')).join('-');
}

function hashing(hash: ReturnType<typeof createHash>): Transform {
  return new Transform({
    transform(chunk, _encoding, done) {
      hash.update(chunk);
      done(undefined, chunk);
    },
  });
}

/** Brings a file to the disk and gives it its name; both last over a crash of the machine. */
async function settle(from: string, to: string, folder: string) {
  await sync(from);
  await rename(from, to);
  await sync(folder);
}

async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function entriesOf(folder: string) {
  return (await ifThere(readdir(folder, { withFileTypes: true }))) ?? [];
}

async function ifThere<T>(read: Promise<T>): Promise<T | undefined> {
  try {
    return await read;
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
}

/** What is no seal was signed by nobody; its name says where it would belong. */
function readSeal(
  text: string,
  { stream, first, last }: Omit<ArchivePlace, 'lastHash'>,
): ArchiveSeal {
  try {
    return JSON.parse(text) as ArchiveSeal;
  } catch {
    return {
      stream,
      first,
      last,
      previousHash: '',
      firstHash: '',
      lastHash: '',
      until: '',
      sha256: '',
      sealedAt: '',
      keyId: '',
      signature: '',
    };
  }
}
