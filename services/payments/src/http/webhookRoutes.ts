import {
  InvalidInputError,
  NotFoundError,
  problemResponses,
  type ServiceApp,
  type ServiceMetrics,
} from '@shopfloor/service-kit';
import { Counter } from 'prom-client';
import Type from 'typebox';
import type { KnownVersions } from '../domain/KnownVersions.ts';
import type { PaymentProvider } from '../providers/PaymentProvider.ts';
import type { PaymentStore } from '../store/PaymentStore.ts';
import { webhookParams } from './schemas.ts';

/** Options of {@link registerWebhookRoutes}. */
export interface WebhookRoutesOptions {
  providers: ReadonlyMap<string, PaymentProvider>;
  store: PaymentStore;
  known: KnownVersions;
  toleranceSeconds: number;
  metrics: ServiceMetrics;
  /** Called for each new event, so that it is attended to at once. */
  onEvent: () => void;
}

const BODY_LIMIT_BYTES = 65_536;

function refuse(message: string): InvalidInputError {
  return new InvalidInputError({
    code: 'webhook-refused',
    message,
    fields: [{ in: 'header', field: 'signature', message }],
  });
}

/**
 * Takes webhooks: genuine, fresh, once. A 2xx is sent after the event is in the database, and what it means is found out later by
 * asking the provider, so that late, repeated and disordered ones do no harm. One that tells of what this process has learnt from the
 * provider's answer is done with that.
 */
export async function registerWebhookRoutes(
  root: ServiceApp,
  options: WebhookRoutesOptions,
): Promise<void> {
  const { providers, store, known, toleranceSeconds, onEvent } = options;
  const taken = new Counter({
    name: 'payments_webhooks_total',
    help: 'Webhooks by what became of them.',
    labelNames: ['provider', 'outcome'],
    registers: [options.metrics.registry],
  });

  await root.register(async scope => {
    const app = scope as unknown as ServiceApp;
    // The signature is over the bytes as they came.
    app.removeContentTypeParser(['application/json', 'text/plain']);
    app.addContentTypeParser(
      'application/json',
      { parseAs: 'buffer', bodyLimit: BODY_LIMIT_BYTES },
      (_request, body, done) => done(null, body),
    );

    app.post(
      '/webhooks/:provider',
      {
        config: { access: 'public' },
        schema: {
          operationId: 'receiveWebhook',
          summary: 'An event of a payment provider',
          description:
            'The body is the provider’s own, signed in the provider’s own header.',
          tags: ['webhooks'],
          params: webhookParams,
          response: {
            204: Type.Null({ description: 'Taken, now or before.' }),
            ...problemResponses(400, 404, 503),
          },
        },
      },
      async (request, reply) => {
        const provider = providers.get(request.params.provider);
        if (!provider) {
          throw new NotFoundError({
            code: 'provider-not-found',
            message: `There is no payment provider ${request.params.provider} here.`,
          });
        }
        const count = (outcome: string) =>
          taken.inc({ provider: provider.name, outcome });
        const event =
          Buffer.isBuffer(request.body) &&
          provider.readWebhook({
            headers: request.headers,
            body: request.body,
          });
        if (!event) {
          count('not-genuine');
          throw refuse('is missing, or not of these bytes');
        }
        const { paymentId, providerVersion } = event;
        if (
          paymentId !== undefined &&
          providerVersion !== undefined &&
          (await known.includes(paymentId, providerVersion))
        ) {
          count('known');
          return reply.code(204).send(null);
        }
        const { fresh, isNew, news } = await store.takeWebhook({
          provider: provider.name,
          eventId: event.eventId,
          type: event.type,
          paymentId,
          providerVersion,
          signedAtSeconds: event.signedAtSeconds,
          toleranceSeconds,
        });
        if (!fresh) {
          count('too-old');
          throw refuse('is of another time');
        }
        count(isNew ? 'new' : 'repeated');
        if (news) {
          onEvent();
        }
        return reply.code(204).send(null);
      },
    );
  });
}
