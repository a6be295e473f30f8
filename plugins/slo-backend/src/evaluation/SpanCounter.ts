import { assertError, isError } from '@backstage/errors';
import {
  limitConcurrency,
  PrometheusClient,
  PrometheusSample,
} from '@shopfloor/plugin-environments-node';
import {
  declaredSpans,
  longestSeriesExpression,
  recordedSpanExpression,
  spanExpression,
  SpanPart,
  withoutSpans,
} from '@shopfloor/plugin-slo-common';
import { excludedWithin } from '../store/excluded';
import { StoredSlo } from '../store/SloStore';
import {
  addValue,
  batches,
  bulkKey,
  Counted,
  CountRequest,
  Expression,
  finite,
  isBulk,
  isRecorded,
} from './countRequests';

/** From so many SLOs on that ask for the same span, it is asked of all of the environment at once. */
const BULK_FROM = 8;

/** After so many queries in a row without an answer, the rest of the round does not ask. */
const MAX_FAILURES_IN_A_ROW = 3;

/** What {@link SpanCounter} needs. */
export interface SpanCounterOptions {
  environment: string;
  intervalSeconds: number;
  client: PrometheusClient;
  /** How many queries run at once. */
  maxConcurrency: number;
  signal?: AbortSignal;
}

/**
 * Counts spans in one environment with as few queries as can be: what was recorded and asked for by many in one query for
 * all, the rest some dozens in one query. A round has one, so that bulk answers are asked for once.
 */
export class SpanCounter {
  readonly #options: SpanCounterOptions;
  readonly #limit: ReturnType<typeof limitConcurrency>;
  readonly #wanted = new Map<string, number>();
  readonly #bulk = new Map<string, Promise<Map<string, number>>>();
  #failuresInARow = 0;
  #outage?: Error;

  static create(options: SpanCounterOptions): SpanCounter {
    return new SpanCounter(options);
  }

  private constructor(options: SpanCounterOptions) {
    this.#options = options;
    this.#limit = limitConcurrency(options.maxConcurrency);
  }

  /** Tells what will be asked for, so that it is known what many ask for. */
  announce(requests: CountRequest[]): void {
    for (const request of requests.filter(isBulk)) {
      const key = bulkKey(request);
      this.#wanted.set(key, (this.#wanted.get(key) ?? 0) + 1);
    }
  }

  /**
   * Counts. What has no samples has no events; who asks looks at the coverage too.
   *
   * @param failed - called for each SLO that could not be counted, with the error of the client
   */
  async count(
    requests: CountRequest[],
    failed: (slo: StoredSlo, error: Error) => void,
  ): Promise<Map<CountRequest, Counted>> {
    const counted = new Map(
      requests.map(request => [
        request,
        { bad: 0, total: 0, seconds: 0, longest: 0, countedSeen: false },
      ]),
    );
    const add = (expression: Expression, value: number | undefined) => {
      if (value !== undefined) {
        addValue(counted.get(expression.request)!, expression, value);
      }
    };
    const direct: Expression[] = [];
    const bulk: CountRequest[] = [];
    for (const request of requests) {
      if (
        isBulk(request) &&
        (this.#wanted.get(bulkKey(request)) ?? 0) >= BULK_FROM
      ) {
        bulk.push(request);
      } else {
        direct.push(...this.#expressions(request));
      }
    }
    await Promise.all([
      ...bulk.map(request => this.#fromBulk(request, counted, failed)),
      ...batches(direct).map(batch => this.#ask(batch, add, failed)),
    ]);
    return counted;
  }

  async #fromBulk(
    request: CountRequest,
    counted: Map<CountRequest, Counted>,
    failed: (slo: StoredSlo, error: Error) => void,
  ): Promise<void> {
    const result = counted.get(request)!;
    const series = `${request.slo.id} ${request.leaf.key}`;
    try {
      if (request.what === 'covered') {
        result.seconds = (await this.#all(request, 'covered')).get(series) ?? 0;
        return;
      }
      const [bad, total] = await Promise.all([
        this.#all(request, 'counted'),
        this.#all(request, 'total'),
      ]);
      result.bad = bad.get(series) ?? 0;
      result.total = total.get(series) ?? 0;
    } catch (error) {
      assertError(error);
      failed(request.slo, error);
    }
  }

  /** A recorded span of every SLO of the environment, by id and objective. */
  #all(request: CountRequest, part: SpanPart): Promise<Map<string, number>> {
    const key = `${bulkKey(request)} ${part}`;
    let answer = this.#bulk.get(key);
    if (!answer) {
      answer = this.#query(
        recordedSpanExpression({
          environment: this.#options.environment,
          part,
          span: request.span,
          sliceSeconds: request.leaf.sliceSeconds,
          intervalSeconds: this.#options.intervalSeconds,
        }),
      ).then(
        samples =>
          new Map(
            finite(samples).map(({ labels, value }) => [
              `${labels.slo_id} ${labels.objective}`,
              value,
            ]),
          ),
      );
      this.#bulk.set(key, answer);
    }
    return answer;
  }

  #expressions(request: CountRequest): Expression[] {
    const { slo, leaf, span, what } = request;
    const { environment, intervalSeconds } = this.#options;
    const parts: SpanPart[] =
      what === 'covered' ? ['covered'] : ['counted', 'total'];
    if (isRecorded(request)) {
      return withoutSpans(
        span,
        excludedWithin(slo, span),
        what === 'covered' ? 1 : leaf.sliceSeconds,
      ).flatMap(stretch =>
        parts.map(part => ({
          request,
          part,
          seconds: stretch.to - stretch.from,
          query: recordedSpanExpression({
            environment,
            sloId: slo.id,
            objective: leaf.key,
            part,
            span: stretch,
            sliceSeconds: leaf.sliceSeconds,
            intervalSeconds,
          }),
        })),
      );
    }
    const options = { leaf, environment, intervalSeconds };
    return withoutSpans(
      span,
      declaredSpans(slo.maintenance, span),
      what === 'covered' ? 1 : leaf.sliceSeconds,
    ).flatMap(({ from, to }) => {
      const seconds = to - from;
      const expression = (part: Expression['part'], query?: string) =>
        query ? [{ request, part, seconds, query }] : [];
      return [
        ...parts.flatMap(part =>
          expression(part, spanExpression({ ...options, part, seconds, to })),
        ),
        ...(request.exact
          ? expression(
              'longest',
              longestSeriesExpression({ ...options, seconds, to }),
            )
          : []),
      ];
    });
  }

  async #ask(
    batch: Expression[],
    add: (expression: Expression, value: number | undefined) => void,
    failed: (slo: StoredSlo, error: Error) => void,
  ): Promise<void> {
    const slos = [...new Set(batch.map(({ request }) => request.slo))];
    try {
      const samples = await this.#query(
        batch
          .map(
            ({ query }, index) =>
              `label_replace(${query}, "request", "${index}", "", "")`,
          )
          .join('\nor '),
      );
      const values = new Map(
        finite(samples).map(({ labels, value }) => [labels.request, value]),
      );
      batch.forEach((expression, index) =>
        add(expression, values.get(String(index))),
      );
    } catch (error) {
      assertError(error);
      // One that Prometheus refuses must not hinder its neighbours.
      if (isError(error) && error.name === 'InputError' && slos.length > 1) {
        await Promise.all(
          slos.map(slo =>
            this.#ask(
              batch.filter(({ request }) => request.slo === slo),
              add,
              failed,
            ),
          ),
        );
        return;
      }
      slos.forEach(slo => failed(slo, error));
    }
  }

  /** Asks Prometheus, unless it has not answered for a while. */
  async #query(expression: string): Promise<PrometheusSample[]> {
    const { client, signal } = this.#options;
    return this.#limit(async () => {
      signal?.throwIfAborted();
      if (this.#outage && this.#failuresInARow >= MAX_FAILURES_IN_A_ROW) {
        throw this.#outage;
      }
      try {
        const samples = await client.query(expression, { signal });
        this.#failuresInARow = 0;
        return samples;
      } catch (error) {
        assertError(error);
        if (error.name === 'ServiceUnavailableError') {
          this.#failuresInARow += 1;
          this.#outage = error;
        }
        throw error;
      }
    });
  }
}
