import Type, { type TSchema } from 'typebox';
import { LANGUAGES, MESSAGE_KINDS, MESSAGE_STATES } from '../domain/types.ts';
import { WEBHOOK_EVENT_TYPES } from '../webhooks/webhookBody.ts';

/** Refers to a schema that the application has by this id. */
export function reference<T>(id: string) {
  return Type.Unsafe<T>({ $ref: `${id}#` });
}

/** An answer of a named schema. */
export function answer<T>(id: string, description: string) {
  return Type.Unsafe<T>({ ...reference<T>(id), description });
}

const closed = { additionalProperties: false };

const id = (description: string) =>
  Type.String({ format: 'uuid', description });

const time = (description: string) =>
  Type.String({ format: 'date-time', description });

/** No query at all. */
export const emptyQuerySchema = Type.Object({}, closed);

/** Path of one message. */
export const messageParamsSchema = Type.Object({
  messageId: id('Id of the message.'),
});

/** Path of a customer. */
export const customerParamsSchema = Type.Object({
  customerId: Type.String({
    minLength: 1,
    maxLength: 200,
    pattern: '^[^\\u0000]+$',
    description: 'Id of the customer.',
  }),
});

/** Query of the list of messages. */
export const messagesQuerySchema = Type.Object(
  {
    orderId: Type.Optional(id('Messages about one order.')),
    state: Type.Optional(Type.Enum([...MESSAGE_STATES])),
    limit: Type.Integer({ minimum: 1, maximum: 100, default: 50 }),
    cursor: Type.Optional(id('`nextCursor` of the page before.')),
  },
  closed,
);

/** Body of sending a message again. */
export const resendBodySchema = Type.Object(
  {
    resendId: id('Made by the caller; the same id is the same message.'),
  },
  closed,
);

const email = Type.String({
  minLength: 3,
  maxLength: 320,
  pattern: '^[^\\s@<>,;\\u0000]+@[^\\s@<>,;\\u0000]+$',
  description: 'The address; only a hash of it is kept.',
});

/** Body of a question or a change of one recipient. */
export const recipientBodySchema = Type.Object({ email }, closed);

/** Body of a suppression by staff. */
export const suppressionBodySchema = Type.Object(
  {
    email,
    scope: Type.Enum(['all', 'optional'], {
      description: 'All messages, or only those that are optional.',
    }),
  },
  closed,
);

/** Query of an unsubscribe link. */
export const unsubscribeQuerySchema = Type.Object(
  {
    token: Type.String({ minLength: 1, maxLength: 200 }),
  },
  closed,
);

const url = Type.String({
  minLength: 1,
  maxLength: 2000,
  description: 'Where events are posted: public HTTPS.',
});

const eventTypes = Type.Array(Type.Enum([...WEBHOOK_EVENT_TYPES]), {
  minItems: 1,
  uniqueItems: true,
  description: 'Types of events that are posted.',
});

const description = Type.String({
  maxLength: 500,
  pattern: '^[^\\u0000]*$',
  description: 'For the people who look after it.',
});

/** Path of one webhook. */
export const webhookParamsSchema = Type.Object({
  subscriptionId: id('Id of the webhook.'),
});

/** Path of one delivery. */
export const deliveryParamsSchema = Type.Object({
  subscriptionId: id('Id of the webhook.'),
  deliveryId: id('Id of the delivery.'),
});

/** Body of a new webhook. */
export const newWebhookBodySchema = Type.Object(
  {
    subscriptionId: id('Made by the caller; the same id is the same webhook.'),
    url,
    eventTypes,
    description: Type.Optional(description),
  },
  closed,
);

/** Body of a change of a webhook. */
export const webhookChangeBodySchema = Type.Object(
  {
    url: Type.Optional(url),
    eventTypes: Type.Optional(eventTypes),
    description: Type.Optional(description),
    enabled: Type.Optional(
      Type.Boolean({
        description: 'True forgets the failures so far and tries what waits.',
      }),
    ),
  },
  { ...closed, minProperties: 1 },
);

/** Header of a write that is based on a version. */
export const ifMatchHeadersSchema = Type.Object({
  'if-match': Type.Optional(
    Type.String({ description: 'ETag of what was read. Required.' }),
  ),
});

/** Query of the deliveries of a webhook. */
export const deliveriesQuerySchema = Type.Object(
  {
    state: Type.Optional(Type.Enum(['queued', 'delivered', 'failed'])),
    limit: Type.Integer({ minimum: 1, maximum: 200, default: 50 }),
  },
  closed,
);

/** Named schemas of the API. */
export function namedSchemas(): TSchema[] {
  const messageProperties = {
    messageId: Type.String({ format: 'uuid' }),
    kind: Type.Enum([...MESSAGE_KINDS]),
    audience: Type.Enum(['shopper', 'care']),
    orderId: Type.String({ format: 'uuid' }),
    orderNumber: Type.Optional(Type.String()),
    state: Type.Enum([...MESSAGE_STATES]),
    attempts: Type.Integer(),
    language: Type.Optional(Type.Enum([...LANGUAGES])),
    failure: Type.Optional(
      Type.String({ description: 'Why it was not sent, or not yet; stable.' }),
    ),
    resendOf: Type.Optional(Type.String({ format: 'uuid' })),
    createdAt: time('When the event came.'),
    updatedAt: time('When it last changed.'),
    sentAt: Type.Optional(time('When the mail server took it.')),
    nextAttemptAt: Type.Optional(time('When it is tried next.')),
  };
  const message = Type.Object(messageProperties, { $id: 'Message' });
  const messageWithHistory = Type.Object(
    {
      ...messageProperties,
      history: Type.Array(
        Type.Object({
          attempt: Type.Integer(),
          beganAt: time('Written before the mail server was asked.'),
          endedAt: Type.Optional(time('Written after.')),
          outcome: Type.Optional(
            Type.String({
              description:
                'Absent: nobody knows whether the mail server took it.',
            }),
          ),
        }),
      ),
    },
    { $id: 'MessageWithHistory' },
  );
  const webhookProperties = {
    subscriptionId: Type.String({ format: 'uuid' }),
    url: Type.String(),
    eventTypes: Type.Array(Type.String()),
    description: Type.Optional(Type.String()),
    enabled: Type.Boolean(),
    disabledReason: Type.Optional(
      Type.Enum(['staff', 'failures', 'gone'], {
        description: 'By staff, after failures in a row, or it answered 410.',
      }),
    ),
    consecutiveFailures: Type.Integer(),
    version: Type.Integer(),
    createdAt: time('When it was made.'),
    updatedAt: time('When it last changed.'),
  };
  const webhook = Type.Object(webhookProperties, { $id: 'Webhook' });
  const webhookWithSecret = Type.Object(
    {
      ...webhookProperties,
      secret: Type.Optional(
        Type.String({
          description:
            'Verifies signatures (Standard Webhooks). Shown this once, and absent when the same id is sent again.',
        }),
      ),
    },
    { $id: 'WebhookWithSecret' },
  );
  const delivery = Type.Object(
    {
      deliveryId: Type.String({ format: 'uuid' }),
      eventId: Type.String({ format: 'uuid' }),
      type: Type.String(),
      state: Type.Enum(['queued', 'delivered', 'failed']),
      attempts: Type.Integer(),
      lastStatus: Type.Optional(Type.Integer()),
      failure: Type.Optional(Type.String()),
      createdAt: time('When the event came.'),
      deliveredAt: Type.Optional(time('When the receiver took it.')),
      nextAttemptAt: Type.Optional(time('When it is tried next.')),
    },
    { $id: 'Delivery' },
  );
  const exported = Type.Object(
    {
      service: Type.Literal('messages'),
      records: Type.Object({ messages: Type.Array(reference('Message')) }),
    },
    { $id: 'CustomerExport' },
  );
  return [
    message,
    messageWithHistory,
    webhook,
    webhookWithSecret,
    delivery,
    exported,
  ];
}
