import { mkdir, open, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TrailAnchor } from '@shopfloor/plugin-audit-node';

/** Where signed heads are kept: a place that whoever writes to the database cannot write to. */
export interface AnchorStore {
  append(anchor: TrailAnchor): Promise<void>;
  /** The anchors of a stream in the order of their writing. */
  read(stream: string): Promise<TrailAnchor[]>;
  /** Streams that have anchors. */
  streams(): Promise<string[]>;
}

/** {@link AnchorStore} as one file of JSON lines for each stream in a folder. */
export class FileAnchorStore implements AnchorStore {
  readonly #directory: string;

  constructor(options: { directory: string }) {
    this.#directory = options.directory;
  }

  async append(anchor: TrailAnchor): Promise<void> {
    await mkdir(this.#directory, { recursive: true });
    const file = await open(this.#path(anchor.stream), 'a', 0o600);
    try {
      // A line of its own, also after one that a crash left unfinished.
      const { size } = await file.stat();
      await file.appendFile(`${size > 0 ? '\n' : ''}${JSON.stringify(anchor)}`);
      await file.sync();
    } finally {
      await file.close();
    }
  }

  async read(stream: string): Promise<TrailAnchor[]> {
    let text: string;
    try {
      text = await readFile(this.#path(stream), 'utf8');
    } catch (error) {
      if ((error as { code?: string }).code === 'ENOENT') {
        return [];
      }
      throw error;
    }
    return text.split('\n').flatMap((line, at, lines) => {
      try {
        return [JSON.parse(line) as TrailAnchor];
      } catch {
        // The last line may be one that is being written; any other is a sign that somebody was at the file.
        return line === '' || at === lines.length - 1
          ? []
          : [
              {
                stream,
                sequence: 0,
                hash: '',
                at: '',
                keyId: '',
                signature: '',
              },
            ];
      }
    });
  }

  async streams(): Promise<string[]> {
    const names = await readdir(this.#directory).catch(error => {
      if ((error as { code?: string }).code === 'ENOENT') {
        return [];
      }
      throw error;
    });
    return names
      .filter(name => name.endsWith('.jsonl'))
      .map(name => name.slice(0, -'.jsonl'.length))
      .sort();
  }

  #path(stream: string): string {
    return join(this.#directory, `${stream}.jsonl`);
  }
}
