import { SourceUnavailableError } from '@shopfloor/plugin-checks-node';
import { describeNetworkError } from '@shopfloor/plugin-environments-node';
import { request } from 'undici';

/** Answers larger than this are refused, in bytes. */
const MAX_BYTES = 4_000_000;

/**
 * Reads JSON from a system.
 *
 * @param options.accept - which statuses mean something besides 200
 * @throws SourceUnavailableError when there is no answer, or another one
 */
export async function readAnswer(options: {
  source: string;
  /** As people call the system. */
  system: string;
  url: string;
  method?: 'GET' | 'PUT';
  headers?: Record<string, string>;
  body?: string;
  accept?: number[];
  signal: AbortSignal;
}): Promise<{ status: number; body: any }> {
  const { source, system, url, accept = [], signal } = options;
  // The address may hold more than its host tells.
  const { origin } = new URL(url);
  const unavailable = (why: string, cause?: unknown) =>
    new SourceUnavailableError(source, `${system} at ${origin} ${why}`, {
      cause,
    });
  let status: number;
  let text: string;
  try {
    const answer = await request(url, {
      method: options.method ?? 'GET',
      headers: { accept: 'application/json', ...options.headers },
      body: options.body,
      headersTimeout: 10_000,
      signal,
    });
    status = answer.statusCode;
    text = '';
    for await (const chunk of answer.body) {
      text += chunk;
      if (text.length > MAX_BYTES) {
        throw unavailable(`answered more than ${MAX_BYTES} bytes`);
      }
    }
  } catch (error) {
    throw (error as Error).name === 'SourceUnavailableError'
      ? error
      : unavailable(`is not reachable: ${describeNetworkError(error)}`, error);
  }
  if (status !== 200 && !accept.includes(status)) {
    throw unavailable(`answered ${status}`);
  }
  try {
    return { status, body: text === '' ? {} : JSON.parse(text) };
  } catch (error) {
    throw unavailable('answered something else than JSON', error);
  }
}
