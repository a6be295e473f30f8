import { InputError, ServiceUnavailableError } from '@backstage/errors';
import { fetch } from 'undici';
import { z } from 'zod';
import { unreachable } from './httpErrors';
import { ConcurrencyLimit, limitConcurrency } from './limitConcurrency';

/** One series at one moment. @public */
export interface PrometheusSample {
  labels: Record<string, string>;
  /** Milliseconds since the epoch. */
  timeMs: number;
  /** May be NaN or infinite, as in Prometheus. */
  value: number;
}

/** One series over time. @public */
export interface PrometheusSeries {
  labels: Record<string, string>;
  points: Array<{ timeMs: number; value: number }>;
}

/** @public */
export interface PrometheusQueryOptions {
  /** The moment asked about; default: now, by Prometheus's clock. */
  time?: Date;
  signal?: AbortSignal;
}

/** @public */
export interface PrometheusQueryRangeOptions {
  start: Date;
  end: Date;
  stepSeconds: number;
  signal?: AbortSignal;
}

/**
 * Asks one Prometheus server.
 *
 * Both methods throw InputError for an expression that Prometheus cannot parse, and ServiceUnavailableError (with the
 * cause) when it does not answer in time, refuses, or answers something else.
 *
 * @public
 */
export interface PrometheusClient {
  /** Evaluates at one moment. A scalar comes back as one sample without labels. */
  query(
    expression: string,
    options?: PrometheusQueryOptions,
  ): Promise<PrometheusSample[]>;
  /** Evaluates at every step between start and end, both included. */
  queryRange(
    expression: string,
    options: PrometheusQueryRangeOptions,
  ): Promise<PrometheusSeries[]>;
}

/** @public */
export interface DefaultPrometheusClientOptions {
  /** Address without a trailing slash. */
  url: string;
  /** How long one query may take, waiting for a slot not included; default 10 s. */
  deadlineMs?: number;
  /** How many queries run at once; default 8. */
  maxConcurrency?: number;
}

const labels = z.record(z.string(), z.string());
const point = z
  .tuple([z.number(), z.string()])
  .transform(([timeSeconds, value]) => ({
    timeMs: Math.round(timeSeconds * 1000),
    value: parseValue(value),
  }));
const answerSchema = z.discriminatedUnion('status', [
  z.object({
    status: z.literal('success'),
    data: z.discriminatedUnion('resultType', [
      z.object({
        resultType: z.literal('vector'),
        result: z.array(z.object({ metric: labels, value: point })),
      }),
      z.object({
        resultType: z.literal('matrix'),
        result: z.array(z.object({ metric: labels, values: z.array(point) })),
      }),
      z.object({ resultType: z.literal('scalar'), result: point }),
    ]),
  }),
  z.object({
    status: z.literal('error'),
    errorType: z.string(),
    error: z.string(),
  }),
]);
type Data = Extract<
  z.infer<typeof answerSchema>,
  { status: 'success' }
>['data'];

/** @public */
export class DefaultPrometheusClient implements PrometheusClient {
  readonly #url: string;
  readonly #deadlineMs: number;
  readonly #limit: ConcurrencyLimit;

  static create(
    options: DefaultPrometheusClientOptions,
  ): DefaultPrometheusClient {
    return new DefaultPrometheusClient(options);
  }

  private constructor(options: DefaultPrometheusClientOptions) {
    this.#url = options.url.replace(/\/+$/, '');
    this.#deadlineMs = options.deadlineMs ?? 10_000;
    this.#limit = limitConcurrency(options.maxConcurrency ?? 8);
  }

  async query(
    expression: string,
    options: PrometheusQueryOptions = {},
  ): Promise<PrometheusSample[]> {
    const data = await this.#ask(
      'query',
      {
        query: expression,
        ...(options.time && { time: seconds(options.time) }),
      },
      options.signal,
    );
    switch (data.resultType) {
      case 'vector':
        return data.result.map(({ metric, value }) => ({
          labels: metric,
          ...value,
        }));
      case 'scalar':
        return [{ labels: {}, ...data.result }];
      default:
        throw new InputError(
          `The expression '${expression}' selects a range; ask for one moment`,
        );
    }
  }

  async queryRange(
    expression: string,
    options: PrometheusQueryRangeOptions,
  ): Promise<PrometheusSeries[]> {
    const data = await this.#ask(
      'query_range',
      {
        query: expression,
        start: seconds(options.start),
        end: seconds(options.end),
        step: String(options.stepSeconds),
      },
      options.signal,
    );
    if (data.resultType !== 'matrix') {
      throw new ServiceUnavailableError(
        `Prometheus at ${this.#url} answered a ${data.resultType} to a range query`,
      );
    }
    return data.result.map(({ metric, values }) => ({
      labels: metric,
      points: values,
    }));
  }

  async #ask(
    endpoint: 'query' | 'query_range',
    parameters: Record<string, string>,
    signal?: AbortSignal,
  ): Promise<Data> {
    return this.#limit(async () => {
      const deadline = AbortSignal.timeout(this.#deadlineMs);
      const name = `Prometheus at ${this.#url}`;
      let status: number;
      let body: unknown;
      try {
        // POST, since expressions outgrow what servers accept in an address.
        const response = await fetch(`${this.#url}/api/v1/${endpoint}`, {
          method: 'POST',
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
          body: new URLSearchParams({
            ...parameters,
            timeout: `${this.#deadlineMs}ms`,
          }).toString(),
          signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
        });
        status = response.status;
        body = await response.json().catch(error => {
          if (error instanceof SyntaxError) return undefined;
          throw error;
        });
      } catch (error) {
        if (signal?.aborted) throw error;
        throw unreachable(name, error, this.#deadlineMs);
      }
      const answer = answerSchema.safeParse(body);
      if (!answer.success) {
        throw new ServiceUnavailableError(
          `${name} answered ${status} with something else than a result`,
          answer.error,
        );
      }
      if (answer.data.status === 'error') {
        const { errorType, error } = answer.data;
        if (errorType === 'bad_data') {
          throw new InputError(
            `${name} cannot evaluate '${parameters.query}': ${error}`,
          );
        }
        throw new ServiceUnavailableError(
          `${name} failed (${errorType}): ${error}`,
        );
      }
      return answer.data.data;
    });
  }
}

function seconds(time: Date): string {
  return (time.getTime() / 1000).toFixed(3);
}

function parseValue(text: string): number {
  if (text === '+Inf') return Infinity;
  if (text === '-Inf') return -Infinity;
  return Number(text);
}
