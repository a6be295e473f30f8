import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger';
import fp from 'fastify-plugin';
import { documentRoute, securitySchemes } from './documentRoute.ts';
import { markOptionalInput } from './optionalInput.ts';

/** What an API says about itself. */
export interface OpenApiInfo {
  title: string;
  description: string;
  /** Version of the API, not of a build. */
  version: string;
  tags?: { name: string; description: string }[];
  /** Cookie by which shoppers are known as well, at the edge. */
  sessionCookie?: string;
}

/** The OpenAPI document of a service, derived from its routes. */
export const openApiPlugin = {
  /** Options of `@fastify/swagger`, which must be registered before any route. */
  swaggerOptions(info: OpenApiInfo): FastifyDynamicSwaggerOptions {
    const { tags, sessionCookie, ...rest } = info;
    return {
      openapi: {
        openapi: '3.1.0',
        info: {
          ...rest,
          license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
        },
        servers: [{ url: '/' }],
        tags,
        // `mutualTLS` is of OpenAPI 3.1, which the types do not know.
        components: {
          securitySchemes: securitySchemes(sessionCookie) as never,
        },
      },
      transform: ({ schema, url, route }) => ({
        schema: documentRoute(schema, { ...route.config, sessionCookie }),
        url,
      }),
      transformObject: document =>
        'openapiObject' in document
          ? markOptionalInput(document.openapiObject)
          : document.swaggerObject,
      refResolver: {
        buildLocalReference(json, _baseUri, _fragment, index) {
          return typeof json.$id === 'string' ? json.$id : `schema-${index}`;
        },
      },
    };
  },

  /** Serves the document at `/openapi.json`. */
  routes: fp(
    async app => {
      app.get(
        '/openapi.json',
        { config: { probe: true }, schema: { hide: true } },
        async (_request, reply) => reply.send(app.swagger()),
      );
    },
    { name: 'shopfloor-openapi' },
  ),
};
