import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { type Cache, etagOf } from '@shopfloor/service-kit';
import type { Encoding } from '../domain/negotiation.ts';

const compressBrotli = promisify(brotliCompress);
const compressGzip = promisify(gzip);

/** What a product was made of, so that products need not send it again. */
export type ProductOrigin = {
  /** Entity tag that products gave it. */
  tag: string;
  /** Bytes of the product, with which the answer begins. */
  length: number;
  skus: readonly string[];
};

/** An answer before it is written for the wire. */
export interface ReadAnswer {
  status: number;
  contentType: string;
  body: Buffer;
  /** Which version of products it is from. */
  productsVersion?: string;
  origin?: ProductOrigin;
}

/** An answer in every encoding, ready to be sent. */
export type PreparedAnswer = {
  status: number;
  contentType: string;
  /** Without its quotes. */
  tag: string;
  identity: Buffer;
  gzip?: Buffer;
  br?: Buffer;
  productsVersion?: string;
  origin?: ProductOrigin;
};

/** Below this, compression saves no packet. */
const MIN_COMPRESSED_BYTES = 1000;
const BROTLI_QUALITY = 5;
const GZIP_LEVEL = 6;

/**
 * Writes an answer in every encoding, once. Off the event loop.
 *
 * @param last - the answer that it replaces; one that says the same is not compressed again
 */
export async function prepareAnswer(
  answer: ReadAnswer,
  last?: PreparedAnswer,
): Promise<PreparedAnswer> {
  const { body, ...rest } = answer;
  if (last?.status === answer.status && last.identity.equals(body)) {
    return { ...last, ...rest };
  }
  const prepared: PreparedAnswer = {
    ...rest,
    tag: etagOf(body).slice(1, -1),
    identity: body,
  };
  // A refusal is written anew for each request, since it names it.
  if (answer.status === 200 && body.length >= MIN_COMPRESSED_BYTES) {
    [prepared.br, prepared.gzip] = await Promise.all([
      compressBrotli(body, {
        params: {
          [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY,
          [constants.BROTLI_PARAM_SIZE_HINT]: body.length,
        },
      }),
      compressGzip(body, { level: GZIP_LEVEL }),
    ]);
  }
  return prepared;
}

/** The body in the wanted encoding, or in the next best that there is. */
export function bodyIn(
  answer: PreparedAnswer,
  wanted: Encoding,
): { body: Buffer; encoding: Encoding } {
  const body = wanted === 'identity' ? undefined : answer[wanted];
  return body
    ? { body, encoding: wanted }
    : { body: answer.identity, encoding: 'identity' };
}

const SUFFIX: Record<Encoding, string> = {
  br: '-br',
  gzip: '-gz',
  identity: '',
};

/** Strong entity tag of one encoding of an answer. */
export function tagIn(answer: PreparedAnswer, encoding: Encoding): string {
  return `"${answer.tag}${SUFFIX[encoding]}"`;
}

/** Asks for an answer. It is given the one that is kept, however old, where it is at hand. */
export type LoadRead = (last?: PreparedAnswer) => Promise<ReadAnswer>;

/** Options of {@link ReadCache}. */
export interface ReadCacheOptions {
  cache: Cache;
  freshMs: number;
  staleMs: number;
  staleIfErrorMs: number;
}

/** Cached reads. What is loaded once is compressed once and given to all who wait. */
export class ReadCache {
  readonly #cache: Cache;
  readonly #times: { ttlMs: number; staleMs: number; staleIfErrorMs: number };

  static create(options: ReadCacheOptions): ReadCache {
    return new ReadCache(options);
  }

  private constructor(options: ReadCacheOptions) {
    const { cache, freshMs, staleMs, staleIfErrorMs } = options;
    this.#cache = cache;
    this.#times = { ttlMs: freshMs, staleMs, staleIfErrorMs };
  }

  /** @throws what `load` throws when there is nothing old enough to give instead */
  async get(
    key: string,
    load: LoadRead,
  ): Promise<{ answer: PreparedAnswer; loaded: boolean }> {
    let loaded = false;
    const answer = await this.#cache.getOrLoad<PreparedAnswer>(key, {
      ...this.#times,
      load: last => {
        loaded = true;
        return loadPrepared(load, last);
      },
    });
    return { answer, loaded };
  }

  /** Asks whatever is kept, which `load` is given to compare with. @throws what `load` throws */
  renew(key: string, load: LoadRead): Promise<PreparedAnswer> {
    return this.#cache.renew<PreparedAnswer>(key, {
      ...this.#times,
      load: last => loadPrepared(load, last),
    });
  }
}

async function loadPrepared(
  load: LoadRead,
  last: PreparedAnswer | undefined,
): Promise<PreparedAnswer> {
  return prepareAnswer(await load(last), last);
}
