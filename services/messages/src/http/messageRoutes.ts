import {
  NotFoundError,
  problemResponses,
  type ServiceApp,
} from '@shopfloor/service-kit';
import Type from 'typebox';
import type { RecipientKeys } from '../domain/recipient.ts';
import type { SuppressionScope } from '../domain/types.ts';
import type { Attempt, Message, MessageStore } from '../store/MessageStore.ts';
import {
  answer,
  customerParamsSchema,
  emptyQuerySchema,
  messageParamsSchema,
  messagesQuerySchema,
  recipientBodySchema,
  reference,
  resendBodySchema,
  suppressionBodySchema,
} from './schemas.ts';

/** Options of {@link registerMessageRoutes}. */
export interface MessageRoutesOptions {
  store: MessageStore;
  keys: RecipientKeys;
  /** Told when something is to be sent. */
  onQueued: () => void;
}

const access = 'staff:care';
const problems = [400, 401, 403, 503];

function notFound(messageId: string): NotFoundError {
  return new NotFoundError({
    code: 'message-not-found',
    message: `There is no message ${messageId}.`,
  });
}

/** What the people of care do with messages, and the export of a customer. */
export function registerMessageRoutes(
  app: ServiceApp,
  options: MessageRoutesOptions,
): void {
  const { store, keys, onQueued } = options;

  app.get(
    '/messages',
    {
      config: { access },
      schema: {
        operationId: 'listMessages',
        summary: 'Messages and what became of them, newest first',
        tags: ['messages'],
        querystring: messagesQuerySchema,
        response: {
          200: Type.Object(
            {
              items: Type.Array(reference<Message>('Message')),
              nextCursor: Type.Optional(
                Type.String({ description: 'Absent on the last page.' }),
              ),
            },
            { description: 'One page. No address and no text is in it.' },
          ),
          ...problemResponses(...problems),
        },
      },
    },
    async request => {
      const { cursor: after, ...query } = request.query;
      const found = await store.list({ ...query, after });
      const items = found.slice(0, query.limit);
      return {
        items,
        nextCursor:
          found.length > query.limit ? items.at(-1)?.messageId : undefined,
      };
    },
  );

  app.get(
    '/messages/:messageId',
    {
      config: { access },
      schema: {
        operationId: 'getMessage',
        summary: 'One message with every attempt at it',
        tags: ['messages'],
        params: messageParamsSchema,
        querystring: emptyQuerySchema,
        response: {
          200: answer<Message & { history: Attempt[] }>(
            'MessageWithHistory',
            'The message.',
          ),
          ...problemResponses(...problems, 404),
        },
      },
    },
    async request => {
      const { messageId } = request.params;
      const message = await store.find(messageId);
      if (!message) {
        throw notFound(messageId);
      }
      return message;
    },
  );

  app.post(
    '/messages/:messageId/resends',
    {
      config: { access },
      schema: {
        operationId: 'resendMessage',
        summary: 'Send a message again, as a new one; idempotent by resendId',
        tags: ['messages'],
        params: messageParamsSchema,
        body: resendBodySchema,
        response: {
          201: answer<Message>('Message', 'The new message.'),
          ...problemResponses(...problems, 404),
        },
      },
    },
    async (request, reply) => {
      const { messageId } = request.params;
      const message = await store.resend({
        messageId,
        resendId: request.body.resendId,
      });
      if (!message) {
        throw notFound(messageId);
      }
      onQueued();
      return reply.code(201).send(message);
    },
  );

  app.post(
    '/suppressions',
    {
      config: { access },
      schema: {
        operationId: 'suppressRecipient',
        summary: 'Send a recipient nothing any more; idempotent',
        tags: ['recipients'],
        body: suppressionBodySchema,
        response: {
          204: Type.Null({ description: 'Nothing is sent any more.' }),
          ...problemResponses(...problems),
        },
      },
    },
    async (request, reply) => {
      const { email, scope } = request.body;
      await store.suppress({
        recipient: keys.hash(email),
        scope: scope as SuppressionScope,
        source: 'staff',
      });
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/suppressions/lookups',
    {
      config: { access },
      schema: {
        operationId: 'lookUpSuppression',
        summary: 'What a recipient is not sent',
        tags: ['recipients'],
        body: recipientBodySchema,
        response: {
          200: Type.Object(
            { scopes: Type.Array(Type.Enum(['all', 'optional'])) },
            { description: 'Empty: everything is sent.' },
          ),
          ...problemResponses(...problems),
        },
      },
    },
    async request => ({
      scopes: await store.suppressed(keys.hash(request.body.email)),
    }),
  );

  app.post(
    '/suppressions/removals',
    {
      config: { access },
      schema: {
        operationId: 'unsuppressRecipient',
        summary: 'Send a recipient everything again; idempotent',
        tags: ['recipients'],
        body: recipientBodySchema,
        response: {
          200: Type.Object(
            { removed: Type.Integer() },
            { description: 'How many suppressions there were.' },
          ),
          ...problemResponses(...problems),
        },
      },
    },
    async request => ({
      removed: await store.unsuppress(keys.hash(request.body.email)),
    }),
  );

  app.get(
    '/exports/:customerId',
    {
      config: { access: 'internal' },
      schema: {
        operationId: 'exportCustomer',
        summary: 'Everything kept about a customer',
        tags: ['privacy'],
        params: customerParamsSchema,
        querystring: emptyQuerySchema,
        response: {
          200: answer<{
            service: 'messages';
            records: { messages: Message[] };
          }>('CustomerExport', 'What is kept.'),
          ...problemResponses(400, 403, 503),
        },
      },
    },
    async (request, reply) => {
      reply.header('cache-control', 'no-store');
      return {
        service: 'messages' as const,
        records: {
          messages: await store.messagesOfCustomer(request.params.customerId),
        },
      };
    },
  );
}
