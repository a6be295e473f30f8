import { type Context, ROOT_CONTEXT } from '@opentelemetry/api';

/**
 * A context that has one value more than another. The contexts of the API copy all they hold, and make three functions, for each
 * value that is added; a request adds two or three, and a cached answer is not to pay for that.
 */
class LinkedContext implements Context {
  readonly #rest: Context;
  readonly #key: symbol | undefined;
  readonly #value: unknown;

  constructor(rest: Context, key?: symbol, value?: unknown) {
    this.#rest = rest;
    this.#key = key;
    this.#value = value;
  }

  getValue(key: symbol): unknown {
    return key === this.#key ? this.#value : this.#rest.getValue(key);
  }

  setValue(key: symbol, value: unknown): Context {
    return new LinkedContext(this, key, value);
  }

  deleteValue(key: symbol): Context {
    return new LinkedContext(this, key);
  }
}

/** The context that has nothing, for what begins here: a request, or an event. */
export const LINKED_ROOT: Context = new LinkedContext(ROOT_CONTEXT);
