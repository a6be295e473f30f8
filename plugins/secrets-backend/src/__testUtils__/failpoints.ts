import { writeSync } from 'node:fs';
import { Client } from 'pg';

/** Logins and what a proof asks: they leave nothing that a later process could find half done. */
const NO_WRITE = /\/v1\/(auth\/[^/]+\/login|auth\/token\/|sys\/capabilities)/;

const ID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const NAME = /(?:grant|cg)-[a-z-]+-\d+/g;

const WRITE = /^\s*(?:insert into|update|delete from) "(\w+)"/i;

let killAt: number | undefined;
let passed: string[] = [];
/** Calls that were answered. */
let answered = new Set<string>();

/** A connection that is in a transaction, and the tables that it has written to. */
const transactions = new WeakMap<object, Set<string>>();

/**
 * Starts to count the moments right after each write to PostgreSQL, Vault or the portal, when it is done and the process does not
 * know it yet. Right before the next one nothing else is so: only reading lies in between.
 *
 * @param at - the moment, from 1, at which the process ends itself with SIGKILL; it lives on without one
 */
export function armFailpoints(at?: number): void {
  killAt = at;
  passed = [];
  answered = new Set();
}

/** The moments since the counting started. */
export function passedPoints(): string[] {
  return passed;
}

/** Has all writes of this process counted: by `pg`, and by the global `fetch`. Once in a process. */
export function watchWrites(): void {
  watchPostgres();
  watchFetch();
}

function pass(name: string): void {
  passed.push(name);
  writeSync(1, `${name}\n`);
  if (passed.length === killAt) {
    process.kill(process.pid, 'SIGKILL');
    // Nothing is done any more, however long the signal takes.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  }
}

function watchFetch(): void {
  const { fetch } = globalThis;
  globalThis.fetch = async (input, init) => {
    const url = String(input);
    const method = init?.method ?? 'GET';
    if (['GET', 'LIST'].includes(method) || NO_WRITE.test(url)) {
      return fetch(input, init);
    }
    const name = `${method} ${new URL(url).pathname}`
      .replace(ID, '<id>')
      .replace(NAME, '<grant>');
    const response = await fetch(input, init);
    // Headers come when the server has done it. A call that is made again, since its answer was late, is no other moment.
    const call = `${method} ${url} ${init?.body}`;
    if (!answered.has(call)) {
      answered.add(call);
      pass(name);
    }
    return response;
  };
}

type Query = (
  this: object,
  config: { text: string },
  callback: (error: unknown, result: { rowCount: number | null }) => void,
) => unknown;

function watchPostgres(): void {
  const prototype = Client.prototype as unknown as { query: Query };
  const { query } = prototype;
  prototype.query = function watched(config, callback) {
    const name = nameOf(this, config.text ?? String(config));
    if (!name) {
      return query.call(this, config, callback);
    }
    return query.call(this, config, (error, result) => {
      pass(name);
      callback(error, result);
    });
  };
}

/** What a statement makes last; `undefined` of one that makes nothing last by itself. */
function nameOf(connection: object, text: string): string | undefined {
  if (/^\s*begin/i.test(text)) {
    transactions.set(connection, new Set());
    return undefined;
  }
  const tables = transactions.get(connection);
  if (/^\s*(commit|rollback)/i.test(text)) {
    transactions.delete(connection);
    return tables?.size && /^\s*commit/i.test(text)
      ? `commit of ${[...tables].join(', ')}`
      : undefined;
  }
  const table = WRITE.exec(text)?.[1];
  if (!table) {
    return undefined;
  }
  tables?.add(table);
  return tables ? undefined : `update of ${table}`;
}
