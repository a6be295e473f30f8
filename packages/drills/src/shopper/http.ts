import { request } from 'undici';

/** What a service answered. */
export interface Answer<T = any> {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: T;
}

/** Options of {@link ask}. */
export interface AskOptions {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  url: string;
  token?: string;
  body?: unknown;
  headers?: Record<string, string>;
}

/** One request over a real connection; a status of any kind is an answer. */
export async function ask<T = any>(options: AskOptions): Promise<Answer<T>> {
  const { statusCode, headers, body } = await request(options.url, {
    method: options.method ?? 'GET',
    headers: {
      accept: 'application/json',
      ...(options.token && { authorization: `Bearer ${options.token}` }),
      ...(options.body !== undefined && { 'content-type': 'application/json' }),
      ...options.headers,
    },
    body: options.body === undefined ? undefined : JSON.stringify(options.body),
    headersTimeout: 60_000,
    bodyTimeout: 60_000,
  });
  const text = await body.text();
  return {
    status: statusCode,
    headers,
    body: text === '' ? undefined : parse(text),
  };
}

function parse(text: string): any {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** @throws Error with the answer when the status is another */
export function expectStatus<T>(
  answer: Answer<T>,
  ...wanted: number[]
): Answer<T> {
  if (!wanted.includes(answer.status)) {
    throw new Error(
      `Answered ${answer.status} instead of ${wanted.join(' or ')}: ${JSON.stringify(
        answer.body,
      )}`,
    );
  }
  return answer;
}
