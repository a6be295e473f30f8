import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { IncomingMessage, ServerResponse } from 'node:http';
import {
  Attributes,
  Counter,
  metrics,
  SpanKind,
  trace,
  Tracer,
} from '@opentelemetry/api';
import {
  InMemorySpanExporter,
  ReadableSpan,
  SimpleSpanProcessor,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import { Knex } from 'knex';
import { textOf } from './LeakSearch';

/** Collects on demand, as a scrape does. */
class OnDemandReader extends MetricReader {
  async onShutdown(): Promise<void> {}

  async onForceFlush(): Promise<void> {}
}

/**
 * An SDK of OpenTelemetry for the whole process, exporting to memory: all that the code and its libraries tell the API, and, from what
 * Node and Knex themselves publish, what the usual instrumentations record of requests that come in, requests that go out, and SQL.
 * As those do by default, it records addresses with queries and the errors there were; neither headers nor bodies nor bindings.
 */
export class TestTelemetry {
  readonly #exporter = new InMemorySpanExporter();
  readonly #reader = new OnDemandReader();
  readonly #tracer: Tracer;
  readonly #requests: Counter;
  readonly #ends: Array<() => void> = [];

  static start(): TestTelemetry {
    return new TestTelemetry();
  }

  private constructor() {
    trace.setGlobalTracerProvider(
      new TracerProvider({
        spanProcessors: [new SimpleSpanProcessor({ exporter: this.#exporter })],
      }),
    );
    metrics.setGlobalMeterProvider(
      new MeterProvider({ readers: [this.#reader] }),
    );
    this.#tracer = trace.getTracer('test');
    this.#requests = metrics.getMeter('test').createCounter('requests');
    this.#watch('http.server.response.finish', message => {
      const { request, response } = message as {
        request: IncomingMessage & { originalUrl?: string };
        response: ServerResponse;
      };
      this.#request(SpanKind.SERVER, {
        'http.request.method': request.method,
        // Routers cut what they are mounted at from `url`.
        'url.path': request.originalUrl ?? request.url,
        'http.response.status_code': response.statusCode,
      });
    });
    const outgoing = (request: any, more: Attributes) =>
      this.#request(SpanKind.CLIENT, {
        'http.request.method': request.method,
        'url.full': `${request.origin}${request.path}`,
        ...more,
      });
    this.#watch('undici:request:headers', ({ request, response }: any) =>
      outgoing(request, { 'http.response.status_code': response.statusCode }),
    );
    this.#watch('undici:request:error', ({ request, error }: any) =>
      outgoing(request, { 'exception.message': textOf(error) }),
    );
  }

  /** Records SQL as the instrumentation of Knex does. */
  watchSql(db: Knex): void {
    const note = (sql: string, error?: unknown) => {
      const span = this.#tracer.startSpan('query', {
        kind: SpanKind.CLIENT,
        attributes: { 'db.query.text': sql },
      });
      if (error) {
        span.recordException(error as Error);
      }
      span.end();
    };
    const onQuery = ({ sql }: { sql: string }) => note(sql);
    const onError = (error: unknown, { sql }: { sql: string }) =>
      note(sql, error);
    db.on('query', onQuery);
    db.on('query-error', onError);
    this.#ends.push(() => {
      db.removeListener('query', onQuery);
      db.removeListener('query-error', onError);
    });
  }

  /** Every span that was exported, with its attributes, events and status. */
  spans(): string[] {
    return this.#exporter
      .getFinishedSpans()
      .map(({ name, kind, attributes, events, status }: ReadableSpan) =>
        textOf({ name, kind, attributes, events, status }),
      );
  }

  /** Every measured series, as a scrape would get it. */
  async metrics(): Promise<string[]> {
    const { resourceMetrics } = await this.#reader.collect();
    return resourceMetrics.scopeMetrics.flatMap(scope =>
      scope.metrics.flatMap(({ descriptor, dataPoints }) =>
        dataPoints.map(({ attributes, value }) =>
          textOf({ name: descriptor.name, attributes, value }),
        ),
      ),
    );
  }

  stop(): void {
    for (const end of this.#ends.splice(0)) {
      end();
    }
    trace.disable();
    metrics.disable();
  }

  #watch(channel: string, listener: (message: unknown) => void): void {
    subscribe(channel, listener);
    this.#ends.push(() => unsubscribe(channel, listener));
  }

  #request(kind: SpanKind, attributes: Attributes): void {
    const { 'http.request.method': method, 'http.response.status_code': code } =
      attributes;
    this.#requests.add(1, {
      direction: kind === SpanKind.SERVER ? 'in' : 'out',
      ...(method !== undefined && { method }),
      ...(code !== undefined && { code }),
    });
    this.#tracer.startSpan(String(method), { kind, attributes }).end();
  }
}
