import { problemResponses, type ServiceApp } from '@shopfloor/service-kit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import Type from 'typebox';
import type { RecipientKeys } from '../domain/recipient.ts';
import type { MessageStore } from '../store/MessageStore.ts';
import { unsubscribeQuerySchema } from './schemas.ts';
import {
  pageLanguage,
  UNSUBSCRIBE_POLICY,
  unsubscribePage,
  type UnsubscribeStep,
} from './unsubscribePage.ts';

/** Options of {@link registerPublicRoutes}. */
export interface PublicRoutesOptions {
  store: MessageStore;
  keys: RecipientKeys;
}

const page = {
  description: 'A page for people.',
  content: { 'text/html': { schema: Type.String() } },
};

const wrongPage = {
  ...page,
  description: 'A page for people: the link is not complete or not genuine.',
};

const headersSchema = Type.Object({
  'accept-language': Type.Optional(Type.String()),
});

const pageHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy': UNSUBSCRIBE_POLICY,
  'referrer-policy': 'no-referrer',
  vary: 'Accept-Language',
};

function sendPage(
  request: FastifyRequest,
  reply: FastifyReply,
  step: UnsubscribeStep,
): FastifyReply {
  return reply
    .code(step === 'wrong' ? 404 : 200)
    .headers(pageHeaders)
    .send(
      unsubscribePage({
        step,
        language: pageLanguage(request.headers['accept-language']),
      }),
    );
}

/** The way out of optional messages. The token is all that is asked for, since a mail program that unsubscribes has no session. */
export async function registerPublicRoutes(
  root: ServiceApp,
  { store, keys }: PublicRoutesOptions,
): Promise<void> {
  await root.register(async instance => {
    const app = instance as unknown as ServiceApp;
    // A mail program posts a form (RFC 8058), in either encoding; what is in it does not matter.
    app.addContentTypeParser(
      ['application/x-www-form-urlencoded', 'multipart/form-data'],
      { parseAs: 'buffer', bodyLimit: 4096 },
      (_request, _body, done) => done(null, undefined),
    );

    app.get(
      '/unsubscribe',
      {
        config: { access: 'public' },
        schema: {
          operationId: 'showUnsubscribe',
          summary: 'The page behind the link in an e-mail; changes nothing',
          tags: ['recipients'],
          querystring: unsubscribeQuerySchema,
          headers: headersSchema,
          response: {
            200: page,
            404: wrongPage,
            ...problemResponses(400, 503),
          },
        },
      },
      async (request, reply) =>
        sendPage(
          request,
          reply as unknown as FastifyReply,
          keys.read(request.query.token) ? 'ask' : 'wrong',
        ) as never,
    );

    app.post(
      '/unsubscribe',
      {
        config: { access: 'public' },
        schema: {
          operationId: 'unsubscribe',
          summary: 'Be rid of optional messages; one click (RFC 8058)',
          tags: ['recipients'],
          querystring: unsubscribeQuerySchema,
          headers: headersSchema,
          response: {
            200: page,
            404: wrongPage,
            ...problemResponses(400, 503),
          },
        },
      },
      async (request, reply) => {
        const claim = keys.read(request.query.token);
        if (claim) {
          await store.suppress({ ...claim, source: 'recipient' });
        }
        return sendPage(
          request,
          reply as unknown as FastifyReply,
          claim ? 'done' : 'wrong',
        ) as never;
      },
    );
  });
}
