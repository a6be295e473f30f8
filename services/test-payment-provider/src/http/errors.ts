import { DomainError, type ServiceApp } from '@shopfloor/service-kit';
import type { FastifyError } from 'fastify';
import { ApiError } from '../domain/ApiError.ts';

/** Answers everything thrown under a part of the application in this provider's own form. */
export function useApiErrors(app: ServiceApp): void {
  app.setErrorHandler<FastifyError>((error, request, reply) => {
    const answer = (
      status: number,
      body: { type: string; code: string; message: string; param?: string },
    ) => reply.code(status).send({ error: body });
    if (error instanceof ApiError) {
      return answer(error.status, {
        type: error.type,
        code: error.code,
        message: error.message,
        param: error.param,
      });
    }
    if (error.validation) {
      const [first] = error.validation;
      const params = first.params as Record<string, string | undefined>;
      const below = params.additionalProperty ?? params.missingProperty;
      const param = [...first.instancePath.split('/').slice(1), below]
        .filter(Boolean)
        .join('.');
      return answer(400, {
        type: 'invalid_request',
        code: 'parameter_invalid',
        message: `${param || 'The body'} ${first.message ?? 'is not valid'}.`,
        param: param || undefined,
      });
    }
    if (error instanceof DomainError && error.kind === 'unavailable') {
      reply.header('retry-after', '1');
      return answer(503, {
        type: 'api_error',
        code: 'unavailable',
        message: 'Try again shortly.',
      });
    }
    if (error instanceof DomainError && error.kind === 'invalid') {
      const param = error.fields[0]?.field
        .replace(/^\//, '')
        .replaceAll('/', '.');
      return answer(400, {
        type: 'invalid_request',
        code: 'parameter_invalid',
        message: `${param || 'The request'} ${error.fields[0]?.message ?? 'is not valid'}.`,
        param: param || undefined,
      });
    }
    const status = error.statusCode ?? 500;
    if (status >= 500) {
      request.log.error({ error }, 'Request failed');
    }
    return answer(status, {
      type: status >= 500 ? 'api_error' : 'invalid_request',
      code: status >= 500 ? 'internal' : 'request_invalid',
      message:
        status >= 500 ? 'The fault is ours.' : 'The request could not be read.',
    });
  });
}
