import {
  type Context,
  type Span,
  SpanStatusCode,
  context,
} from '@opentelemetry/api';
import type { FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import {
  type ServiceMetrics,
  UNMATCHED_ROUTE,
} from '../metrics/ServiceMetrics.ts';
import type { Tracing } from '../tracing/Tracing.ts';
import { routeFactsOf } from './routeFacts.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Trace context of this request. */
    traceContext: Context | null;
    /** Span of this request, when one was opened. */
    serverSpan: Span | null;
  }

  interface FastifyContextConfig {
    /** A route of the machinery (health, metrics): not measured, traced or logged. */
    probe?: boolean;
  }
}

/** Options of {@link telemetryPlugin}. */
export interface TelemetryPluginOptions {
  metrics: ServiceMetrics;
  tracing: Tracing;
  accessLog: 'all' | 'errors' | 'off';
  slowRequestMs: number;
}

function routeOf(request: FastifyRequest): string {
  return routeFactsOf(request).url ?? UNMATCHED_ROUTE;
}

/** Measures, traces and logs each request. Probes are left out of all three. */
export const telemetryPlugin = fp<TelemetryPluginOptions>(
  async (app, options) => {
    const { metrics, tracing, accessLog, slowRequestMs } = options;
    app.decorateRequest('traceContext', null);
    app.decorateRequest('serverSpan', null);

    app.addHook('onRequest', (request, _reply, done) => {
      if (routeFactsOf(request).probe) {
        done();
        return;
      }
      const route = routeOf(request);
      const started = tracing.startRequest(
        request.headers,
        `${request.method} ${route}`,
        { 'http.request.method': request.method, 'http.route': route },
      );
      request.traceContext = started.context;
      request.serverSpan = started.span ?? null;
      // The next hook, of the request's context, enters it with what it adds.
      done();
    });

    // Reading a body ends in an event of the socket, outside the context.
    app.addHook('preValidation', (request, _reply, done) => {
      if (request.traceContext && request.body !== undefined) {
        context.with(request.traceContext, done);
      } else {
        done();
      }
    });

    app.addHook('onResponse', (request, reply, done) => {
      if (routeFactsOf(request).probe) {
        done();
        return;
      }
      const { statusCode, elapsedTime } = reply;
      metrics.observeRequest({
        method: request.method,
        route: routeFactsOf(request).url,
        statusCode,
        durationSeconds: elapsedTime / 1000,
      });
      const span = request.serverSpan;
      if (span?.isRecording()) {
        span.setAttribute('http.response.status_code', statusCode);
        if (statusCode >= 500) {
          span.setStatus({ code: SpanStatusCode.ERROR });
        }
      }
      span?.end();
      const notable = statusCode >= 500 || elapsedTime > slowRequestMs;
      if (accessLog === 'all' || (accessLog === 'errors' && notable)) {
        const record = {
          http: {
            method: request.method,
            route: routeOf(request),
            status_code: statusCode,
            duration_ms: Math.round(elapsedTime * 1000) / 1000,
          },
        };
        context.with(request.traceContext ?? context.active(), () =>
          notable
            ? request.log.warn(record, 'Request failed or was slow')
            : request.log.info(record, 'Request answered'),
        );
      }
      done();
    });
  },
  { name: 'shopfloor-telemetry' },
);
