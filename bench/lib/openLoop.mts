import { connect, type Socket } from 'node:net';
import { LatencyHistogram } from '../../packages/sandbox/src/shoppers/LatencyHistogram.ts';

/** Options of {@link openLoop}. */
export interface OpenLoopOptions {
  /** Loopback only. */
  port: number;
  /** Complete requests, head and body, taken in turn. */
  requests: readonly Buffer[];
  /** Arrivals per second, at random times (Poisson). */
  rate: number;
  /** Before anything counts; longer while arrivals of a cold start still wait in line, a minute at most. */
  warmupSeconds: number;
  seconds: number;
  /** Connections that are kept open. */
  connections: number;
}

/** What a run measured. Latencies are in milliseconds, from the moment an arrival was due. */
export interface OpenLoopReport {
  /** How long the warm-up took. */
  warmupSeconds: number;
  offeredPerSecond: number;
  answeredPerSecond: number;
  statuses: Record<string, number>;
  /** Arrivals without an answer: connection lost, or none within a second after the end. */
  lost: number;
  p50Ms: number | undefined;
  p95Ms: number | undefined;
  p99Ms: number | undefined;
  /** How late arrivals left that found a connection free: pauses of the generator itself, which count in the latencies. */
  ownDelayP99Ms: number | undefined;
}

const LONGEST_DRAIN_MS = 60_000;
const HEAD_END = Buffer.from('\r\n\r\n');

/** One kept-alive connection with at most one request on it. */
class Connection {
  readonly #port: number;
  readonly #onFree: (connection: Connection) => void;
  readonly #onAnswer: (dueAt: number, status: string) => void;
  readonly #onLost: () => void;
  #socket: Socket | undefined;
  #dueAt: number | undefined;
  #pending: Buffer[] = [];
  #length = 0;
  /** Bytes of the whole answer; unknown until its head is here. */
  #wanted = Infinity;

  constructor(options: {
    port: number;
    onFree: (connection: Connection) => void;
    onAnswer: (dueAt: number, status: string) => void;
    onLost: () => void;
  }) {
    this.#port = options.port;
    this.#onFree = options.onFree;
    this.#onAnswer = options.onAnswer;
    this.#onLost = options.onLost;
  }

  send(request: Buffer, dueAt: number): void {
    this.#dueAt = dueAt;
    this.#socket ??= this.#open();
    this.#socket.write(request);
  }

  close(): void {
    this.#socket?.destroy();
  }

  #open(): Socket {
    const socket = connect({ port: this.#port, host: '127.0.0.1' });
    socket.setNoDelay(true);
    socket.on('data', chunk => this.#take(chunk));
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      this.#socket = undefined;
      this.#reset();
      if (this.#dueAt !== undefined) {
        this.#dueAt = undefined;
        this.#onLost();
        this.#onFree(this);
      }
    });
    return socket;
  }

  #reset(): void {
    this.#pending = [];
    this.#length = 0;
    this.#wanted = Infinity;
  }

  #take(chunk: Buffer): void {
    this.#pending.push(chunk);
    this.#length += chunk.length;
    if (this.#wanted === Infinity) {
      const bytes =
        this.#pending.length === 1 ? chunk : Buffer.concat(this.#pending);
      const headEnd = bytes.indexOf(HEAD_END);
      if (headEnd < 0) return;
      const head = bytes.toString('latin1', 0, headEnd);
      const length = /\r\ncontent-length: *(\d+)/i.exec(head);
      this.#pending = [bytes];
      if (length) {
        this.#wanted = headEnd + 4 + Number(length[1]);
      } else if (/\r\ntransfer-encoding: *chunked/i.test(head)) {
        this.#wanted = -1;
      } else {
        this.#wanted = headEnd + 4;
      }
    }
    if (this.#wanted === -1) {
      const bytes = Buffer.concat(this.#pending);
      this.#pending = [bytes];
      if (!bytes.subarray(-7).equals(Buffer.from('\r\n0\r\n\r\n'))) return;
    } else if (this.#length < this.#wanted) {
      return;
    }
    const status = this.#pending[0].toString('latin1', 9, 12);
    const dueAt = this.#dueAt!;
    this.#dueAt = undefined;
    this.#reset();
    this.#onAnswer(dueAt, status);
    this.#onFree(this);
  }
}

/**
 * Sends requests at random times at a given mean rate, however slow the answers are. An arrival that finds every connection
 * busy waits in line, and its wait counts, so that a slow server cannot hide. It looks for arrivals that are due once a
 * millisecond, since one that never rests takes a processor from what it measures; what they wait until then counts too.
 */
export async function openLoop(
  options: OpenLoopOptions,
): Promise<OpenLoopReport> {
  const { port, requests, rate, seconds, warmupSeconds } = options;
  const latencies = new LatencyHistogram();
  const ownDelays = new LatencyHistogram();
  const statuses: Record<string, number> = {};
  const startedAt = performance.now();
  let begin = startedAt + warmupSeconds * 1000;
  let end = begin + seconds * 1000;
  const latestBegin = begin + LONGEST_DRAIN_MS;
  const queue: number[] = [];
  let head = 0;
  let turn = 0;
  let offered = 0;
  let answered = 0;
  let lost = 0;
  const next = () => {
    turn = (turn + 1) % requests.length;
    return requests[turn];
  };
  const free: Connection[] = [];
  const all: Connection[] = [];
  const onFree = (connection: Connection) => {
    if (head < queue.length) {
      connection.send(next(), queue[head]);
      head += 1;
      if (head > 10_000) (queue.splice(0, head), (head = 0));
    } else {
      free.push(connection);
    }
  };
  for (let i = 0; i < options.connections; i += 1) {
    const connection = new Connection({
      port,
      onFree,
      onAnswer: (dueAt, status) => {
        if (dueAt < begin) return;
        answered += 1;
        statuses[status] = (statuses[status] ?? 0) + 1;
        latencies.record(performance.now() - dueAt);
      },
      onLost: () => {
        lost += 1;
      },
    });
    all.push(connection);
    free.push(connection);
  }
  let due = performance.now();
  await new Promise<void>(done => {
    const tick = () => {
      const now = performance.now();
      // A backlog of the cold start is not what is to be measured.
      const drains = offered === 0 && head < queue.length && now < latestBegin;
      if (now >= begin && drains) {
        begin = now + 100;
        end = begin + seconds * 1000;
      }
      while (due <= now && due < end) {
        if (due >= begin) offered += 1;
        const connection = free.pop();
        if (connection) {
          connection.send(next(), due);
          if (due >= begin) ownDelays.record(performance.now() - due);
        } else {
          queue.push(due);
        }
        due += (-Math.log(1 - Math.random()) * 1000) / rate;
      }
      if (due >= end) done();
      else setTimeout(tick, 1);
    };
    tick();
  });
  const patience = performance.now() + 1000;
  while (free.length < all.length && performance.now() < patience) {
    await new Promise(resume => setTimeout(resume, 20));
  }
  lost += all.length - free.length + (queue.length - head);
  all.forEach(connection => connection.close());
  return {
    warmupSeconds: (begin - startedAt) / 1000,
    offeredPerSecond: offered / seconds,
    answeredPerSecond: answered / seconds,
    statuses,
    lost,
    p50Ms: latencies.percentile(0.5),
    p95Ms: latencies.percentile(0.95),
    p99Ms: latencies.percentile(0.99),
    ownDelayP99Ms: ownDelays.percentile(0.99),
  };
}

/** The bytes of a GET. */
export function getRequest(options: {
  host: string;
  path: string;
  headers?: Record<string, string>;
}): Buffer {
  const lines = Object.entries(options.headers ?? {}).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  return Buffer.from(
    `GET ${options.path} HTTP/1.1\r\nhost: ${options.host}\r\n${lines.join('')}\r\n`,
  );
}
