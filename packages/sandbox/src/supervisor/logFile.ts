import {
  closeSync,
  copyFileSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  statSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import type { PartLog } from './types.ts';

const DEFAULT_MAX_BYTES = 10 * 1024 * 1024;
const KEPT = 3;

/**
 * The log of one part.
 *
 * Children write to it themselves, through a descriptor opened for appending, so that a killed launcher neither blocks nor
 * breaks them. That is why rotation copies and truncates instead of renaming.
 */
export class LogFile implements PartLog {
  readonly path: string;
  readonly #maxBytes: number;

  constructor(options: { path: string; maxBytes?: number }) {
    this.path = options.path;
    this.#maxBytes = options.maxBytes ?? DEFAULT_MAX_BYTES;
    mkdirSync(dirname(this.path), { recursive: true });
  }

  line(message: string): void {
    const descriptor = this.open();
    try {
      writeSync(
        descriptor,
        `${new Date().toISOString()} [shopfloor] ${message}\n`,
      );
    } finally {
      closeSync(descriptor);
    }
  }

  /** A descriptor for a child's standard output and error; the caller closes its copy. */
  open(): number {
    return openSync(this.path, 'a', 0o600);
  }

  /** Moves the content to `<path>.1` when it has grown too large; the oldest copy goes. */
  rotate(): void {
    if (!existsSync(this.path) || statSync(this.path).size < this.#maxBytes) {
      return;
    }
    for (let index = KEPT - 1; index >= 1; index--) {
      if (existsSync(`${this.path}.${index}`)) {
        renameSync(`${this.path}.${index}`, `${this.path}.${index + 1}`);
      }
    }
    copyFileSync(this.path, `${this.path}.1`);
    truncateSync(this.path);
  }

  /** The last lines, oldest first. */
  tail(lines: number): string[] {
    return tailFile(this.path, lines);
  }
}

/** The last lines of a file, oldest first; none when there is no such file. Reads at most 64 KiB. */
export function tailFile(path: string, lines: number): string[] {
  if (!existsSync(path)) {
    return [];
  }
  const descriptor = openSync(path, 'r');
  try {
    const { size } = fstatSync(descriptor);
    const length = Math.min(size, 64 * 1024);
    const buffer = Buffer.alloc(length);
    readSync(descriptor, buffer, 0, length, size - length);
    return buffer
      .toString('utf8')
      .split('\n')
      .filter(line => line.trim() !== '')
      .slice(-lines);
  } finally {
    closeSync(descriptor);
  }
}
