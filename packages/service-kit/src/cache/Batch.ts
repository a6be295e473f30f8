import { context } from '@opentelemetry/api';
import {
  requestContext,
  withRequestContext,
} from '../context/requestContext.ts';

/** Options of {@link Batch}. */
export interface BatchOptions<V> {
  /** Asks for several keys at once; a key without an answer is left out. */
  ask: (keys: readonly string[]) => Promise<ReadonlyMap<string, V>>;
  /** Most keys of one question. */
  maxKeys: number;
  /** A question that takes longer holds up the next no more, in milliseconds. Default 10. */
  patienceMs?: number;
}

interface Waiting<V> {
  resolve: (value: V | undefined) => void;
  reject: (error: unknown) => void;
}

/**
 * Puts questions that many requests have at the same time into one: what is asked while one is under way waits for it, and
 * goes together. Every answer was asked for after its `get`, so it is never older than that.
 */
export class Batch<V> {
  readonly #options: BatchOptions<V>;
  #waiting = new Map<string, Waiting<V>[]>();
  /** Of the first that waits: the trace that the question belongs to. */
  #context = context.active();
  /** The newest question that may still hold up the next. */
  #running: object | undefined;
  #planned = false;

  static create<V>(options: BatchOptions<V>): Batch<V> {
    return new Batch(options);
  }

  private constructor(options: BatchOptions<V>) {
    this.#options = options;
  }

  /** The value of a key; undefined when there is none. @throws what `ask` throws */
  get(key: string): Promise<V | undefined> {
    return new Promise((resolve, reject) => {
      if (this.#waiting.size === 0) {
        // Not the deadline of one request: others may have more time.
        this.#context = withRequestContext(context.active(), {
          requestId: requestContext()?.requestId,
        });
      }
      const others = this.#waiting.get(key);
      if (others) {
        others.push({ resolve, reject });
      } else {
        this.#waiting.set(key, [{ resolve, reject }]);
      }
      this.#plan();
    });
  }

  /** Requests that came with the same turn of the event loop go together. */
  #plan(): void {
    if (this.#planned || this.#running || this.#waiting.size === 0) {
      return;
    }
    this.#planned = true;
    setImmediate(() => {
      this.#planned = false;
      this.#ask();
    });
  }

  #ask(): void {
    const { ask, maxKeys, patienceMs = 10 } = this.#options;
    const all = this.#waiting;
    this.#waiting = new Map();
    const keys = [...all.keys()];
    const questions: Promise<void>[] = [];
    for (let first = 0; first < keys.length; first += maxKeys) {
      const some = keys.slice(first, first + maxKeys);
      const question = context
        .with(this.#context, async () => ask(some))
        .then(
          found =>
            some.forEach(key =>
              all.get(key)!.forEach(({ resolve }) => resolve(found.get(key))),
            ),
          error =>
            some.forEach(key =>
              all.get(key)!.forEach(({ reject }) => reject(error)),
            ),
        );
      questions.push(question);
    }
    const running = {};
    this.#running = running;
    const timer = setTimeout(() => this.#letGo(running), patienceMs);
    void Promise.all(questions).then(() => {
      clearTimeout(timer);
      this.#letGo(running);
    });
  }

  /** What waits goes now, unless a newer question holds it up. */
  #letGo(running: object): void {
    if (this.#running === running) {
      this.#running = undefined;
      this.#plan();
    }
  }
}
