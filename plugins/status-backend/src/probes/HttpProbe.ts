import { Agent, fetch } from 'undici';
import { SystemConfig } from '../config';
import { Probe, ProbeAnswer, ProbeFailure } from './Probe';

/** What an HTTP system answered. */
export interface HttpAnswer {
  status: number;
  text: string;
  /** Undefined when it is no JSON. */
  json: any;
}

/** Where to ask and how to understand the answer. */
export interface HttpQuestion {
  /** Appended to the system's address. */
  path: string;
  /** Reads the answer; default: any 2xx is well. Throws ProbeFailure when it is not. */
  read?: (answer: HttpAnswer) => ProbeAnswer;
}

/** Asks a system over HTTP, one or more questions at once. */
export class HttpProbe implements Probe {
  readonly address: string;
  readonly #questions: HttpQuestion[];
  readonly #headers: Record<string, string>;
  readonly #dispatcher: Agent | undefined;

  constructor(
    system: Pick<SystemConfig, 'caData' | 'token'> & { url: string },
    questions: HttpQuestion[],
  ) {
    const url = new URL(system.url);
    url.username = '';
    url.password = '';
    this.address = url.href.replace(/\/+$/, '');
    this.#questions = questions;
    this.#headers = system.token
      ? { authorization: `Bearer ${system.token}` }
      : {};
    this.#dispatcher = system.caData
      ? new Agent({
          connect: { ca: Buffer.from(system.caData, 'base64').toString() },
        })
      : undefined;
  }

  async ask(signal: AbortSignal): Promise<ProbeAnswer> {
    const answers = await Promise.all(
      this.#questions.map(async ({ path, read = expectSuccess }) =>
        read(await this.#get(path, signal)),
      ),
    );
    return Object.assign({}, ...answers);
  }

  async #get(path: string, signal: AbortSignal): Promise<HttpAnswer> {
    const response = await fetch(this.address + path, {
      headers: this.#headers,
      redirect: 'manual',
      signal,
      ...(this.#dispatcher && { dispatcher: this.#dispatcher }),
    });
    const text = await response.text();
    let json: any;
    try {
      json = JSON.parse(text);
    } catch {
      json = undefined;
    }
    return { status: response.status, text, json };
  }
}

/** Any 2xx is well. */
export function expectSuccess({ status }: HttpAnswer): ProbeAnswer {
  if (status < 200 || status >= 300) {
    throw new ProbeFailure('status', `it answers with HTTP ${status}`);
  }
  return {};
}

/** A version that the answer must carry, at least as proof that the right system answers. */
export function expectVersion(
  answer: HttpAnswer,
  version: unknown,
): ProbeAnswer {
  expectSuccess(answer);
  if (typeof version !== 'string' || version === '') {
    throw new ProbeFailure('answer', 'something else answers at its address');
  }
  return { version };
}
