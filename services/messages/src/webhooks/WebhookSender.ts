import { lookup as dnsLookup, type LookupAddress } from 'node:dns';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import { isPublicAddress } from './publicAddress.ts';
import { webhookUrlProblem, type WebhookUrlRules } from './webhookUrl.ts';

/** What came of an attempt. */
export type WebhookOutcome =
  | { ok: true; status: number }
  | {
      ok: false;
      status?: number;
      /** Stable: `address-not-allowed`, `timeout`, `no-connection`, `status-<n>`. */
      failure: string;
      /** The receiver wants no more (410). */
      gone?: boolean;
    };

/** Options of {@link WebhookSender}. */
export interface WebhookSenderOptions {
  rules: WebhookUrlRules;
  timeoutMs: number;
  /** Resolves a name, for tests. */
  lookup?: typeof dnsLookup;
}

const LARGEST_ANSWER_BYTES = 64 * 1024;

class AddressNotAllowedError extends Error {}

/**
 * Posts to receivers that staff entered, and that are not trusted: no redirect is
 * followed, and every address a name stands for is checked at the moment the
 * connection is made to it, so that a name cannot change its mind in between.
 */
export class WebhookSender {
  readonly #options: WebhookSenderOptions;

  static create(options: WebhookSenderOptions): WebhookSender {
    return new WebhookSender(options);
  }

  private constructor(options: WebhookSenderOptions) {
    this.#options = options;
  }

  async send(call: {
    url: string;
    headers: Record<string, string>;
    body: string;
  }): Promise<WebhookOutcome> {
    const { rules, timeoutMs } = this.#options;
    // Rules may have become stricter since the subscription was made.
    if (webhookUrlProblem(call.url, rules)) {
      return { ok: false, failure: 'address-not-allowed' };
    }
    try {
      const status = await this.#post(call, AbortSignal.timeout(timeoutMs));
      return status >= 200 && status < 300
        ? { ok: true, status }
        : {
            ok: false,
            status,
            failure: `status-${status}`,
            gone: status === 410,
          };
    } catch (error) {
      if (error instanceof AddressNotAllowedError) {
        return { ok: false, failure: 'address-not-allowed' };
      }
      const late = ['AbortError', 'TimeoutError'].includes(
        (error as Error).name,
      );
      return { ok: false, failure: late ? 'timeout' : 'no-connection' };
    }
  }

  #post(
    call: { url: string; headers: Record<string, string>; body: string },
    signal: AbortSignal,
  ): Promise<number> {
    const url = new URL(call.url);
    const request = url.protocol === 'https:' ? httpsRequest : httpRequest;
    return new Promise((resolve, reject) => {
      const sent = request(
        url,
        {
          method: 'POST',
          headers: {
            'content-type': 'application/cloudevents+json',
            'content-length': Buffer.byteLength(call.body),
            'user-agent': 'Shopfloor-Webhooks/1.0',
            ...call.headers,
          },
          lookup: this.#lookupFor(url.hostname),
          // A connection of its own: none is kept to a receiver.
          agent: false,
          signal,
        },
        response => {
          let bytes = 0;
          response.on('data', (chunk: Buffer) => {
            bytes += chunk.length;
            if (bytes > LARGEST_ANSWER_BYTES) {
              // Its status is all that counts.
              response.destroy();
            }
          });
          response.on('error', () => undefined);
          response.on('close', () => resolve(response.statusCode!));
        },
      );
      sent.on('error', reject);
      sent.end(call.body);
    });
  }

  #lookupFor(host: string): LookupFunction {
    const { rules, lookup = dnsLookup } = this.#options;
    return (hostname, options, done) => {
      lookup(hostname, { ...options, all: true }, (error, found) => {
        if (error) {
          done(error, '', 0);
          return;
        }
        const addresses = found as LookupAddress[];
        const allowed =
          addresses.length > 0 &&
          (rules.trustedHosts.has(host) ||
            addresses.every(({ address }) => isPublicAddress(address)));
        if (!allowed) {
          done(
            new AddressNotAllowedError(
              'The receiver is not at a public address',
            ),
            '',
            0,
          );
        } else if (options.all) {
          done(null, addresses);
        } else {
          done(null, addresses[0].address, addresses[0].family);
        }
      });
    };
  }
}
