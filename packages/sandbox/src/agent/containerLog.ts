import { createReadStream } from 'node:fs';
import {
  appendFile,
  copyFile,
  mkdir,
  readFile,
  rename,
  rm,
  stat,
  truncate,
} from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** A log larger than this is copied to `<file>.1` and emptied. */
const largestBytes = 16 * 1024 * 1024;

/** What `kubectl logs` may ask for. */
export interface LogQuery {
  tailLines?: number;
  /** Only lines from this moment on, in milliseconds since 1970. */
  sinceMs?: number;
  timestamps?: boolean;
  follow?: boolean;
  limitBytes?: number;
}

/**
 * The output of one container.
 *
 * The process writes to the file by itself, without a pipe through the agent, so that it survives the agent.
 * When a line was written is therefore noted beside it, in `<file>.times`: pairs of a size and the time at
 * which the file was first seen to have that size. It is as precise as {@link ContainerLog.note} is called often.
 */
export class ContainerLog {
  readonly path: string;
  #size = 0;
  #readers = 0;

  constructor(path: string) {
    this.path = path;
  }

  /** The run before this one, for `kubectl logs --previous`. */
  get previous(): ContainerLog {
    return new ContainerLog(this.path.replace(/\.log$/, '.previous.log'));
  }

  get #times(): string {
    return `${this.path}.times`;
  }

  /** Makes room for a new run; the last one becomes the previous one. */
  async startRun(): Promise<void> {
    await mkdir(dirname(this.path), { recursive: true });
    const { previous } = this;
    await rm(previous.#times, { force: true });
    await renameIfThere(this.path, previous.path);
    await renameIfThere(this.#times, previous.#times);
    await appendFile(this.path, '', { mode: 0o600 });
    this.#size = 0;
  }

  /** Notes how much has been written by now; called regularly while the container runs. */
  async note(now: number): Promise<void> {
    const size = (await stat(this.path).catch(() => undefined))?.size;
    if (size === undefined || size === this.#size) {
      return;
    }
    if (size > largestBytes) {
      await copyFile(this.path, `${this.path}.1`);
      await truncate(this.path, 0);
      await rm(this.#times, { force: true });
      this.#size = 0;
      return;
    }
    if (size < this.#size) {
      await rm(this.#times, { force: true });
    }
    this.#size = size;
    await appendFile(this.#times, `${size} ${now}\n`, { mode: 0o600 });
  }

  /** Resolves when nobody reads any more, at the latest after the time given: those who follow want the last lines, too. */
  async unread(withinMs: number): Promise<void> {
    const deadline = Date.now() + withinMs;
    while (this.#readers > 0 && Date.now() < deadline) {
      await delay(50);
    }
  }

  /** The lines asked for, then, with `follow`, what comes until the signal. */
  async *read(
    query: LogQuery,
    signal: AbortSignal,
    isOver: () => boolean,
  ): AsyncGenerator<string> {
    this.#readers += 1;
    try {
      yield* this.#read(query, signal, isOver);
    } finally {
      this.#readers -= 1;
    }
  }

  async *#read(
    query: LogQuery,
    signal: AbortSignal,
    isOver: () => boolean,
  ): AsyncGenerator<string> {
    const times = await this.#readTimes();
    const fallback = (await stat(this.path).catch(() => undefined))?.mtimeMs;
    const timeAt = (offset: number) =>
      times.find(t => t.size > offset)?.ms ?? fallback ?? 0;
    const format = (line: string, ms: number) =>
      query.timestamps
        ? `${new Date(ms).toISOString()} ${line}\n`
        : `${line}\n`;

    let left = query.limitBytes ?? Infinity;
    let end = 0;
    const lines: { text: string; ms: number }[] = [];
    for await (const { text, offset, next } of linesOf(this.path, 0)) {
      end = next;
      const ms = timeAt(offset);
      if (query.sinceMs !== undefined && ms < query.sinceMs) continue;
      lines.push({ text, ms });
      if (query.tailLines !== undefined && lines.length > query.tailLines) {
        lines.shift();
      }
    }
    for (const line of lines) {
      const text = format(line.text, line.ms);
      left -= Buffer.byteLength(text);
      if (left < 0) return;
      yield text;
    }
    while (query.follow && !signal.aborted) {
      const last = isOver();
      for await (const { text, next } of linesOf(this.path, end)) {
        end = next;
        yield format(text, Date.now());
      }
      const size = (await stat(this.path).catch(() => undefined))?.size ?? 0;
      if (size < end) end = 0;
      if (last) return;
      await delay(200, undefined, { signal }).catch(() => {});
    }
  }

  async #readTimes(): Promise<{ size: number; ms: number }[]> {
    const text = await readFile(this.#times, 'utf8').catch(() => '');
    return text
      .split('\n')
      .filter(Boolean)
      .map(line => {
        const [size, ms] = line.split(' ').map(Number);
        return { size, ms };
      });
  }
}

async function* linesOf(path: string, from: number) {
  let offset = from;
  let rest = Buffer.alloc(0);
  try {
    for await (const chunk of createReadStream(path, { start: from })) {
      let buffer: Buffer = Buffer.concat([rest, chunk as Buffer]);
      let newline = buffer.indexOf(10);
      while (newline !== -1) {
        const next = offset + newline + 1;
        yield { text: buffer.toString('utf8', 0, newline), offset, next };
        buffer = buffer.subarray(newline + 1);
        offset = next;
        newline = buffer.indexOf(10);
      }
      rest = buffer as typeof rest;
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

async function renameIfThere(from: string, to: string): Promise<void> {
  await rename(from, to).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
}
