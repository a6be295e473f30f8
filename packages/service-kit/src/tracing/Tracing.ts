import {
  type Attributes,
  type Context,
  type Span,
  SpanKind,
  SpanStatusCode,
  type TextMapGetter,
  type Tracer,
  context,
  diag,
  DiagLogLevel,
  trace,
} from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  type SpanProcessor,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { Logger } from 'pino';
import { LINKED_ROOT } from '../context/linkedContext.ts';
import type { ServiceIdentity } from '../logging/logRecord.ts';
import { unrecordedSpan } from './unrecordedSpan.ts';

/** Options of {@link Tracing}. */
export interface TracingOptions {
  service: ServiceIdentity;
  /** Base URL of an OTLP/HTTP collector; absent: nothing is exported. */
  endpoint?: string;
  /** Share of new traces that is exported, 0 to 1. */
  sampleRatio?: number;
  logger?: Logger;
  /** Replaces the exporter, for tests. */
  processors?: SpanProcessor[];
  /** Draws which new traces are recorded, 0 to 1. */
  random?: () => number;
}

type Headers = Record<string, string | string[] | undefined>;

const headerGetter: TextMapGetter<Headers> = {
  keys: carrier => Object.keys(carrier),
  get: (carrier, key) => {
    const value = carrier[key];
    return Array.isArray(value) ? value[0] : value;
  },
};

let contextManagerInstalled = false;

/** Context flows through `await` only with one manager for the process. */
function installContextManager(): void {
  if (!contextManagerInstalled) {
    contextManagerInstalled = true;
    context.setGlobalContextManager(
      new AsyncLocalStorageContextManager().enable(),
    );
  }
}

/**
 * Traces of a service: W3C propagation always, export only when there is
 * somewhere to export to. Spans are made by hand at the edge and around SQL;
 * nothing is patched, which keeps bundles whole and hot paths cheap.
 */
export class Tracing {
  readonly #propagator = new W3CTraceContextPropagator();
  readonly #provider: TracerProvider;
  readonly #tracer: Tracer;
  /** Share of new traces that is recorded. */
  readonly #ratio: number;
  readonly #random: () => number;
  /** Whether spans go anywhere. */
  readonly exporting: boolean;

  static create(options: TracingOptions): Tracing {
    installContextManager();
    return new Tracing(options);
  }

  private constructor(options: TracingOptions) {
    const { service, endpoint, logger } = options;
    const processors = options.processors ?? [];
    if (endpoint && !options.processors) {
      processors.push(
        new BatchSpanProcessor({
          exporter: new OTLPTraceExporter({
            url: `${endpoint.replace(/\/+$/, '')}/v1/traces`,
            timeoutMillis: 5000,
          }),
        }),
      );
    }
    this.exporting = processors.length > 0;
    this.#random = options.random ?? Math.random;
    this.#ratio = this.exporting ? (options.sampleRatio ?? 0.1) : 0;
    if (logger) {
      const warn = (message: string) =>
        logger.warn({ otel: message }, 'Spans could not be exported');
      diag.setLogger(
        { error: warn, warn, info() {}, debug() {}, verbose() {} },
        { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
      );
    }
    this.#provider = new TracerProvider({
      resource: resourceFromAttributes({
        'service.name': service.name,
        'service.version': service.version,
        'service.instance.id': service.instance,
        'deployment.environment.name': service.environment,
        'shopfloor.release': service.release,
      }),
      // Whether a new trace is recorded is decided before its span is made.
      sampler: new ParentBasedSampler({ root: new AlwaysOnSampler() }),
      spanProcessors: processors,
    });
    this.#tracer = this.#provider.getTracer('@shopfloor/service-kit');
  }

  /**
   * Opens the span of a request, or of an event (kind `CONSUMER`). Without an exporter a caller's context passes
   * through untouched, so that whoever does export keeps one whole trace.
   */
  startRequest(
    headers: Headers,
    name: string,
    attributes: Attributes,
    kind: SpanKind = SpanKind.SERVER,
  ): { context: Context; span?: Span } {
    const parent = this.#propagator.extract(LINKED_ROOT, headers, headerGetter);
    const told = trace.getSpanContext(parent);
    if (!this.exporting && told) {
      return { context: parent };
    }
    if (!told && this.#random() >= this.#ratio) {
      const span = unrecordedSpan();
      return { context: trace.setSpan(parent, span), span };
    }
    const span = this.#tracer.startSpan(name, { kind, attributes }, parent);
    return { context: trace.setSpan(parent, span), span };
  }

  /**
   * Runs a piece of work in a client span. Costs nothing when the current trace
   * is not recorded.
   */
  span<T>(
    name: string,
    attributes: Attributes,
    work: () => Promise<T>,
  ): Promise<T> {
    // Without a promise of its own, which every statement would pay for.
    return trace.getActiveSpan()?.isRecording()
      ? this.#recorded(name, attributes, work)
      : work();
  }

  async #recorded<T>(
    name: string,
    attributes: Attributes,
    work: () => Promise<T>,
  ): Promise<T> {
    const span = this.#tracer.startSpan(name, {
      kind: SpanKind.CLIENT,
      attributes,
    });
    try {
      return await context.with(trace.setSpan(context.active(), span), work);
    } catch (error) {
      span.setStatus({ code: SpanStatusCode.ERROR });
      span.setAttribute('error.type', (error as Error).name);
      throw error;
    } finally {
      span.end();
    }
  }

  /** Headers that carry the current trace to another service. */
  outgoingHeaders(): Record<string, string> {
    const carrier: Record<string, string> = {};
    this.#propagator.inject(context.active(), carrier, {
      set: (target, key, value) => {
        target[key] = value;
      },
    });
    return carrier;
  }

  /** Sends what is buffered and stops. Never throws: traces may be lost, exits may not hang. */
  async close(): Promise<void> {
    await this.#provider.shutdown().catch(() => undefined);
  }
}
