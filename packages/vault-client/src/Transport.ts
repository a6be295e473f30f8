import { classify } from './classify';
import { redact } from './redact';
import { VaultAnswer, VaultBody, VaultRequest } from './types';
import { VaultError } from './VaultError';

/** How a request is sent; `fetch` of Node.js. */
export type Fetch = typeof globalThis.fetch;

/** Options of a {@link Transport}. */
export interface TransportOptions {
  address: string;
  namespace?: string;
  /** Milliseconds of one call with all its repetitions. */
  deadlineMs: number;
  fetch: Fetch;
  /** Waits so many milliseconds, or rejects when the signal says so. */
  wait: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}

/** A request with what the transport needs to know of it. */
export interface Dispatch extends VaultRequest {
  /** The server's words about a failure may repeat what was sent: then they are left out. */
  secretBody?: boolean;
  /** It logs in. */
  login?: boolean;
}

/** Waits before the second, third and fourth try, in milliseconds. */
const WAITS_MS = [100, 300, 900];

/** Errors of the operating system after which the request cannot have reached the server. */
const NEVER_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** Sends requests, repeats those that are safe to repeat, and turns failures into a closed set of errors. */
export class Transport {
  readonly #options: TransportOptions;

  static create(options: TransportOptions): Transport {
    return new Transport(options);
  }

  private constructor(options: TransportOptions) {
    this.#options = options;
  }

  async send(dispatch: Dispatch): Promise<VaultAnswer> {
    const deadline = AbortSignal.timeout(this.#options.deadlineMs);
    const signal = dispatch.signal
      ? AbortSignal.any([deadline, dispatch.signal])
      : deadline;
    for (let attempt = 0; ; attempt++) {
      const outcome = await this.#once(dispatch, signal);
      if ('answer' in outcome) {
        return outcome.answer;
      }
      if (
        !outcome.again ||
        attempt >= WAITS_MS.length ||
        !(await this.#waited(WAITS_MS[attempt], signal))
      ) {
        throw outcome.error;
      }
    }
  }

  /** The status and body of a path that needs no token, whatever they are; `undefined` when it does not answer. */
  async probe(path: string): Promise<VaultAnswer | undefined> {
    try {
      return await this.#fetch(
        { method: 'GET', path },
        AbortSignal.timeout(this.#options.deadlineMs),
      );
    } catch {
      return undefined;
    }
  }

  async #once(
    dispatch: Dispatch,
    signal: AbortSignal,
  ): Promise<{ answer: VaultAnswer } | { error: VaultError; again: boolean }> {
    const { method, path, body, accept = [], secretBody, login } = dispatch;
    const reading = method === 'GET' || method === 'LIST';
    let answer: VaultAnswer;
    try {
      answer = await this.#fetch(dispatch, signal);
    } catch (error) {
      if (error instanceof VaultError) {
        return { error, again: false };
      }
      const cause = causeOf(error);
      return {
        error: new VaultError({
          code: 'away',
          method,
          path,
          detail: signal.aborted ? 'it took too long' : cause,
          login,
        }),
        again: !signal.aborted && (reading || NEVER_SENT.has(cause)),
      };
    }
    const { status } = answer;
    if ((status >= 200 && status < 300) || accept.includes(status)) {
      return { answer };
    }
    const errors = errorsOf(answer.body);
    const { code, notBegun } = classify(status, errors);
    return {
      error: new VaultError({
        code,
        method,
        path,
        status,
        detail: secretBody ? undefined : redact(errors, body),
        login,
      }),
      again: code === 'away' && (reading || notBegun),
    };
  }

  async #fetch(dispatch: Dispatch, signal: AbortSignal): Promise<VaultAnswer> {
    const { address, namespace, fetch } = this.#options;
    const { method, path, body, query, token } = dispatch;
    // LIST is a method of Vault alone; not every proxy lets it through.
    const list = method === 'LIST';
    const parameters = new URLSearchParams({
      ...query,
      ...(list && { list: 'true' }),
    });
    const search = parameters.size > 0 ? `?${parameters}` : '';
    const response = await fetch(`${address}/v1/${encodePath(path)}${search}`, {
      method: list ? 'GET' : method,
      headers: {
        'x-vault-request': 'true',
        ...(namespace && { 'x-vault-namespace': namespace }),
        ...(token && { 'x-vault-token': token }),
        ...(body && { 'content-type': 'application/json' }),
      },
      body: body && JSON.stringify(body),
      // To another address the token would go along.
      redirect: 'manual',
      signal,
    });
    const text = await response.text();
    return { status: response.status, body: parse(text) };
  }

  async #waited(milliseconds: number, signal: AbortSignal): Promise<boolean> {
    try {
      await this.#options.wait(milliseconds, signal);
      return true;
    } catch {
      return false;
    }
  }
}

/**
 * A path as it goes into the address.
 *
 * @throws VaultError `refused` for a path that would lead somewhere else than it says
 */
export function encodePath(path: string): string {
  const parts = path.split('/');
  const open = parts.slice(0, -1);
  if (
    path === '' ||
    open.includes('') ||
    parts.some(part => part === '.' || part === '..' || /\p{Cc}/u.test(part))
  ) {
    throw new VaultError({
      code: 'refused',
      method: 'any request for',
      path: JSON.stringify(path),
      detail: 'it is no path',
    });
  }
  return parts.map(encodeURIComponent).join('/');
}

function parse(text: string): VaultBody {
  if (text === '') {
    return {};
  }
  try {
    return JSON.parse(text) ?? {};
  } catch {
    // A proxy in between says something in HTML; the status tells enough.
    return {};
  }
}

function errorsOf(body: object): string[] {
  const { errors } = body as { errors?: unknown };
  return Array.isArray(errors)
    ? errors.filter(text => typeof text === 'string')
    : [];
}

/** The code of the operating system for a failed connection; never the message, which may have an address with a password. */
function causeOf(error: unknown): string {
  const { code, cause } = error as {
    code?: unknown;
    cause?: { code?: unknown; errors?: Array<{ code?: unknown }> };
  };
  const found = cause?.code ?? cause?.errors?.[0]?.code ?? code;
  return typeof found === 'string' ? found : 'the connection broke';
}
