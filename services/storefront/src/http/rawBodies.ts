import type { ServiceApp } from '@shopfloor/service-kit';
import type { FastifySchemaCompiler } from 'fastify';

/** Makes a scope in which bodies stay bytes: what is only passed on is not read as JSON. */
export function keepBodiesRaw(scope: ServiceApp): void {
  const compile = scope.validatorCompiler as FastifySchemaCompiler<object>;
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser(
    [
      'application/json',
      'application/x-www-form-urlencoded',
      // Mail programs post either form to the link of a message.
      'multipart/form-data',
    ],
    { parseAs: 'buffer' },
    (_request, body, done) => done(null, body),
  );
  // The service that decides also validates; path and query are checked here.
  scope.setValidatorCompiler(part =>
    part.httpPart === 'body'
      ? () => true
      : compile(part as Parameters<typeof compile>[0]),
  );
}
