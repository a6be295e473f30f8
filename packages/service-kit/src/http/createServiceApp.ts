import swagger from '@fastify/swagger';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type RawServerDefault,
} from 'fastify';
import {
  STATUS_CODES,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import type { Logger } from 'pino';
import {
  accessPlugin,
  type AccessPluginOptions,
} from '../access/accessPlugin.ts';
import { requireAccessRule } from '../access/accessRule.ts';
import type { ServiceConfig } from '../config/serviceConfig.ts';
import { requestContextPlugin } from '../context/requestContextPlugin.ts';
import type { Health } from '../health/Health.ts';
import { healthPlugin } from '../health/healthPlugin.ts';
import {
  idempotencyPlugin,
  type IdempotencyPluginOptions,
} from '../idempotency/idempotencyPlugin.ts';
import type { LoadConfig } from '../load/loadConfig.ts';
import { loadSheddingPlugin } from '../load/loadSheddingPlugin.ts';
import { lazyChildLogger } from '../logging/lazyChildLogger.ts';
import type { ServiceIdentity } from '../logging/logRecord.ts';
import type { ServiceMetrics } from '../metrics/ServiceMetrics.ts';
import { openApiPlugin, type OpenApiInfo } from '../openapi/openApiPlugin.ts';
import {
  PROBLEM_MEDIA_TYPE,
  type ProblemDocument,
  problemOfError,
  problemOfStatus,
  problemSchema,
} from '../problems/problemDocument.ts';
import { problemsPlugin, sendProblem } from '../problems/problemsPlugin.ts';
import type { Tracing } from '../tracing/Tracing.ts';
import { etagPlugin } from './etag.ts';
import { REQUEST_ID_HEADER, requestIdOf } from './requestId.ts';
import { requestTimeoutPlugin } from './requestTimeoutPlugin.ts';
import { telemetryPlugin } from './telemetryPlugin.ts';
import { storableTextPlugin } from './storableText.ts';
import { createValidatorCompiler } from './validation.ts';

/** A Fastify instance whose routes take their types from TypeBox schemas. */
export type ServiceApp = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

/** Options of {@link createServiceApp}. */
export interface CreateServiceAppOptions {
  service: ServiceIdentity;
  config: ServiceConfig;
  openApi: OpenApiInfo;
  health: Health;
  metrics: ServiceMetrics;
  tracing: Tracing;
  logger: Logger;
  /** Who may call what. Absent: only `public` routes can be registered. */
  access?: Omit<AccessPluginOptions, 'service'>;
  /** Registers hooks that run before access is decided, such as rate limits at the edge. */
  beforeAccess?: (app: ServiceApp) => Promise<void>;
  /** Inbound load shedding; absent: none. */
  load?: LoadConfig;
  /** Needed by routes with `config: { idempotent: true }`. */
  idempotency?: IdempotencyPluginOptions;
}

/** Statuses of what Node's HTTP parser refuses; anything else is a 400. */
const RAW_STATUSES: Record<string, number> = {
  HPE_HEADER_OVERFLOW: 431,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

/** The whole answer to bytes that never became a request. */
function renderRawProblem(problem: ProblemDocument): string {
  const body = JSON.stringify(problem);
  return [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
    `content-type: ${PROBLEM_MEDIA_TYPE}`,
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
    '',
    body,
  ].join('\r\n');
}

/**
 * Creates an application with everything a service has, and no route of its own
 * yet. It never listens: tests inject requests, `runService` listens.
 */
export async function createServiceApp(
  options: CreateServiceAppOptions,
): Promise<ServiceApp> {
  const { config, health, metrics, tracing, service } = options;
  const app = Fastify({
    loggerInstance: options.logger as FastifyBaseLogger,
    logController: new Fastify.LogController({
      disableRequestLogging: true,
      requestIdLogLabel: 'request_id',
    }),
    childLoggerFactory: (logger, bindings, opts) =>
      lazyChildLogger(logger, bindings, opts),
    genReqId: requestIdOf,
    requestIdHeader: false,
    requestTimeout: config.REQUEST_TIMEOUT_MS,
    keepAliveTimeout: config.KEEP_ALIVE_TIMEOUT_MS,
    bodyLimit: config.BODY_LIMIT_BYTES,
    // The drain accepts late requests and then closes idle connections.
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    // Above what any schema allows, so that the schema names the parameter that is too long.
    routerOptions: { maxParamLength: 4096 },
    clientErrorHandler: (error, socket) => {
      if (socket.writable) {
        const status = RAW_STATUSES[error.code ?? ''] ?? 400;
        const problem = problemOfStatus(status);
        metrics.countProblem(problem.code);
        socket.end(renderRawProblem(problem));
      }
    },
    frameworkErrors: (error, request, reply) => {
      const problem = problemOfError(error);
      metrics.countProblem(problem.code);
      sendProblem(request as never, reply as never, problem);
    },
  }).withTypeProvider<TypeBoxTypeProvider>();

  app.setValidatorCompiler(
    createValidatorCompiler(() => Object.values(app.getSchemas())),
  );
  app.addSchema(problemSchema);
  app.addHook('onRoute', route => {
    const rule = requireAccessRule(route);
    const needs = [
      rule !== undefined && rule !== 'public' && !options.access && 'access',
      route.config?.idempotent && !options.idempotency && 'idempotency',
    ].filter(Boolean);
    if (needs.length > 0) {
      throw new Error(
        `Route ${route.url} needs createServiceApp to be given: ${needs.join(', ')}`,
      );
    }
  });
  app.addHook('onRequest', (request, reply, done) => {
    reply.header(REQUEST_ID_HEADER, request.id);
    reply.header('x-service-version', service.release);
    reply.header('x-content-type-options', 'nosniff');
    if (health.draining) {
      reply.header('connection', 'close');
    }
    done();
  });
  await app.register(requestTimeoutPlugin, {
    requestTimeoutMs: config.REQUEST_TIMEOUT_MS,
  });
  await app.register(telemetryPlugin, {
    metrics,
    tracing,
    accessLog: config.ACCESS_LOG,
    slowRequestMs: config.SLOW_REQUEST_MS,
  });
  await app.register(requestContextPlugin, {
    requestTimeoutMs: config.REQUEST_TIMEOUT_MS,
  });
  await app.register(problemsPlugin, { metrics });
  if (options.load) {
    await app.register(loadSheddingPlugin, { config: options.load, metrics });
  }
  await app.register(storableTextPlugin);
  await app.register(etagPlugin);
  await app.register(swagger, openApiPlugin.swaggerOptions(options.openApi));
  await app.register(openApiPlugin.routes);
  await app.register(healthPlugin, { health, metrics });
  await options.beforeAccess?.(app as unknown as ServiceApp);
  if (options.access) {
    await app.register(accessPlugin, {
      service: service.name,
      ...options.access,
    });
  }
  if (options.idempotency) {
    await app.register(idempotencyPlugin, options.idempotency);
  }
  return app as unknown as ServiceApp;
}
