import {
  problemResponses,
  requireVersion,
  type ServiceApp,
  versionTag,
} from '@shopfloor/service-kit';
import type { FastifyReply } from 'fastify';
import Type from 'typebox';
import type {
  WebhookDelivery,
  WebhookSubscription,
} from '../store/WebhookStore.ts';
import type {
  WebhookService,
  WebhookWithSecret,
} from '../webhooks/WebhookService.ts';
import {
  answer,
  deliveriesQuerySchema,
  deliveryParamsSchema,
  emptyQuerySchema,
  ifMatchHeadersSchema,
  newWebhookBodySchema,
  reference,
  webhookChangeBodySchema,
  webhookParamsSchema,
} from './schemas.ts';

/** Options of {@link registerWebhookRoutes}. */
export interface WebhookRoutesOptions {
  webhooks: WebhookService;
  /** Told when a delivery may be due. */
  onQueued: () => void;
}

const access = 'staff:care';
const problems = [400, 401, 403, 503];

function tagged<T extends WebhookSubscription>(
  reply: FastifyReply,
  webhook: T,
): T {
  reply.header('etag', versionTag(webhook.version));
  return webhook;
}

/** Receivers of events outside the shop. */
export function registerWebhookRoutes(
  app: ServiceApp,
  options: WebhookRoutesOptions,
): void {
  const { webhooks, onQueued } = options;

  app.get(
    '/webhooks',
    {
      config: { access },
      schema: {
        operationId: 'listWebhooks',
        summary: 'All webhooks, oldest first',
        tags: ['webhooks'],
        querystring: emptyQuerySchema,
        response: {
          200: Type.Object(
            { items: Type.Array(reference<WebhookSubscription>('Webhook')) },
            { description: 'Without their secrets.' },
          ),
          ...problemResponses(...problems),
        },
      },
    },
    async () => ({ items: await webhooks.list() }),
  );

  app.post(
    '/webhooks',
    {
      config: { access },
      schema: {
        operationId: 'createWebhook',
        summary: 'Have events posted to an address; idempotent by id',
        tags: ['webhooks'],
        body: newWebhookBodySchema,
        response: {
          201: answer<WebhookWithSecret>(
            'WebhookWithSecret',
            'The webhook, with its secret this once.',
          ),
          ...problemResponses(...problems, 409),
        },
      },
    },
    async (request, reply) => {
      const webhook = await webhooks.create(request.body);
      reply.header('cache-control', 'no-store');
      return reply.code(201).send(tagged(reply, webhook));
    },
  );

  app.get(
    '/webhooks/:subscriptionId',
    {
      config: { access },
      schema: {
        operationId: 'getWebhook',
        summary: 'One webhook',
        tags: ['webhooks'],
        params: webhookParamsSchema,
        querystring: emptyQuerySchema,
        response: {
          200: answer<WebhookSubscription>('Webhook', 'The webhook.'),
          ...problemResponses(...problems, 404),
        },
      },
    },
    async (request, reply) =>
      tagged(reply, await webhooks.get(request.params.subscriptionId)),
  );

  app.patch(
    '/webhooks/:subscriptionId',
    {
      config: { access },
      schema: {
        operationId: 'changeWebhook',
        summary: 'Change, switch off or switch on a webhook',
        tags: ['webhooks'],
        params: webhookParamsSchema,
        headers: ifMatchHeadersSchema,
        body: webhookChangeBodySchema,
        response: {
          200: answer<WebhookSubscription>('Webhook', 'The webhook after it.'),
          ...problemResponses(...problems, 404, 412, 428),
        },
      },
    },
    async (request, reply) => {
      const webhook = await webhooks.change({
        subscriptionId: request.params.subscriptionId,
        version: requireVersion(request),
        change: request.body,
      });
      onQueued();
      return tagged(reply, webhook);
    },
  );

  app.post(
    '/webhooks/:subscriptionId/secrets',
    {
      config: { access },
      schema: {
        operationId: 'rotateWebhookSecret',
        summary: 'A new secret; the old one stays valid for a day',
        tags: ['webhooks'],
        params: webhookParamsSchema,
        headers: ifMatchHeadersSchema,
        response: {
          201: answer<WebhookWithSecret>(
            'WebhookWithSecret',
            'The webhook with its new secret.',
          ),
          ...problemResponses(...problems, 404, 412, 428),
        },
      },
    },
    async (request, reply) => {
      const webhook = await webhooks.rotate({
        subscriptionId: request.params.subscriptionId,
        version: requireVersion(request),
      });
      reply.header('cache-control', 'no-store');
      return reply.code(201).send(tagged(reply, webhook));
    },
  );

  app.delete(
    '/webhooks/:subscriptionId',
    {
      config: { access },
      schema: {
        operationId: 'removeWebhook',
        summary: 'Remove a webhook with its deliveries',
        tags: ['webhooks'],
        params: webhookParamsSchema,
        response: {
          204: Type.Null({ description: 'It is gone.' }),
          ...problemResponses(...problems, 404),
        },
      },
    },
    async (request, reply) => {
      await webhooks.remove(request.params.subscriptionId);
      return reply.code(204).send(null);
    },
  );

  app.get(
    '/webhooks/:subscriptionId/deliveries',
    {
      config: { access },
      schema: {
        operationId: 'listDeliveries',
        summary: 'What became of events, newest first',
        tags: ['webhooks'],
        params: webhookParamsSchema,
        querystring: deliveriesQuerySchema,
        response: {
          200: Type.Object(
            { items: Type.Array(reference<WebhookDelivery>('Delivery')) },
            { description: 'The newest.' },
          ),
          ...problemResponses(...problems, 404),
        },
      },
    },
    async request => ({
      items: await webhooks.deliveries(
        request.params.subscriptionId,
        request.query,
      ),
    }),
  );

  app.post(
    '/webhooks/:subscriptionId/deliveries/:deliveryId/retries',
    {
      config: { access },
      schema: {
        operationId: 'retryDelivery',
        summary: 'Deliver an event again now',
        tags: ['webhooks'],
        params: deliveryParamsSchema,
        response: {
          200: answer<WebhookDelivery>('Delivery', 'The delivery, in line.'),
          ...problemResponses(...problems, 404),
        },
      },
    },
    async request => {
      const { subscriptionId, deliveryId } = request.params;
      const delivery = await webhooks.retry(subscriptionId, deliveryId);
      onQueued();
      return delivery;
    },
  );
}
