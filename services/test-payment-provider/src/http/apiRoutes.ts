import type { ServiceApp } from '@shopfloor/service-kit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { setTimeout as delay } from 'node:timers/promises';
import Type from 'typebox';
import { ApiError } from '../domain/ApiError.ts';
import type { ChargeService, Outcome } from '../domain/ChargeService.ts';
import type { Account } from '../domain/types.ts';
import type { ChargeStore } from '../store/ChargeStore.ts';
import { authenticate } from './authenticate.ts';
import { useApiErrors } from './errors.ts';
import type { KnownAccounts } from './KnownAccounts.ts';
import {
  accountResource,
  captureResource,
  chargeResource,
  postingResource,
  refundResource,
} from './resources.ts';
import * as schemas from './schemas.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The account whose secret key the request carries. */
    merchant: Account | null;
  }
}

/** Options of {@link registerApiRoutes}. */
export interface ApiRoutesOptions {
  accounts: KnownAccounts;
  charges: ChargeStore;
  service: ChargeService;
  /** Where browsers reach this provider. */
  baseOf: (request: FastifyRequest) => string;
  /** Called after changes whose webhooks wait for a round, so that they leave at once. */
  onChange: () => void;
}

/** The kit's access rules are the shop's; this provider has keys of its own. */
const config = { access: 'public' as const };

const refusals = {
  '4xx': Type.Unsafe<object>({ $ref: 'Error#' }),
};

function merchantOf(request: FastifyRequest): Account {
  return request.merchant!;
}

/** The API that merchants call with their secret key, under `/api`. */
export async function registerApiRoutes(
  root: ServiceApp,
  options: ApiRoutesOptions,
): Promise<void> {
  const { accounts, charges, service, baseOf, onChange } = options;
  root.addSchema(schemas.chargeSchema);
  root.addSchema(schemas.partWithChargeSchema);
  root.addSchema(schemas.errorSchema);

  await root.register(
    async scope => {
      const app = scope as unknown as ServiceApp;
      useApiErrors(app);
      app.decorateRequest('merchant', null);
      app.addHook('onRequest', async request => {
        request.merchant = await authenticate(request, accounts);
      });
      app.addHook('preHandler', async (request, reply) => {
        const { latency_ms, api } = merchantOf(request).misbehaviour;
        await delay(latency_ms);
        if (api === 'cut_before') {
          reply.hijack();
          request.raw.socket.destroy();
        } else if (api === 'error') {
          throw new ApiError({
            status: 500,
            type: 'api_error',
            code: 'internal',
            message: 'The fault is ours.',
          });
        }
      });
      app.addHook('onSend', async request => {
        if (request.merchant?.misbehaviour.api === 'cut_after') {
          request.raw.socket.destroy();
        }
      });

      const created = <T>(reply: FastifyReply, outcome: Outcome<T>): T => {
        reply.code(201);
        if (outcome.replayed) {
          reply.header('idempotent-replayed', 'true');
        }
        return outcome.value;
      };

      app.post(
        '/charges',
        {
          config,
          schema: {
            operationId: 'createCharge',
            summary: 'Authorise an amount',
            tags: ['charges'],
            headers: schemas.keyHeaders,
            body: schemas.chargeBody,
            response: {
              201: Type.Unsafe<object>({ $ref: 'Charge#' }),
              ...refusals,
            },
          },
        },
        async (request, reply) => {
          const account = merchantOf(request);
          const { body, headers } = request;
          const behaviour = await service.behaviourOf(account, body.source);
          if (behaviour === 'slow_2s') {
            await delay(2000);
          }
          const outcome = await service.create(
            account,
            headers['idempotency-key'],
            body,
          );
          if (behaviour === 'timeout_then_success' && !outcome.replayed) {
            await delay(account.misbehaviour.timeout_ms);
          }
          return chargeResource(created(reply, outcome), baseOf(request));
        },
      );

      app.get(
        '/charges',
        {
          config,
          schema: {
            operationId: 'listCharges',
            summary: 'Charges of a reference',
            tags: ['charges'],
            querystring: schemas.chargeQuery,
            response: {
              200: Type.Object({
                data: Type.Array(Type.Unsafe<object>({ $ref: 'Charge#' })),
              }),
              ...refusals,
            },
          },
        },
        async request => ({
          data: (
            await service.listByReference(
              merchantOf(request),
              request.query.reference,
            )
          ).map(charge => chargeResource(charge, baseOf(request))),
        }),
      );

      app.get(
        '/charges/:id',
        {
          config,
          schema: {
            operationId: 'getCharge',
            summary: 'One charge',
            tags: ['charges'],
            params: schemas.chargeParams,
            response: {
              200: Type.Unsafe<object>({ $ref: 'Charge#' }),
              ...refusals,
            },
          },
        },
        async request =>
          chargeResource(
            await service.get(merchantOf(request), request.params.id),
            baseOf(request),
          ),
      );

      app.post(
        '/captures',
        {
          config,
          schema: {
            operationId: 'createCapture',
            summary: 'Capture an authorised amount',
            tags: ['captures'],
            headers: schemas.keyHeaders,
            body: schemas.captureBody,
            response: {
              201: Type.Unsafe<object>({ $ref: 'Part#' }),
              ...refusals,
            },
          },
        },
        async (request, reply) => {
          const { charge, part } = created(
            reply,
            await service.capture(
              merchantOf(request),
              request.headers['idempotency-key'],
              request.body,
            ),
          );
          return captureResource(charge, part, baseOf(request));
        },
      );

      app.post(
        '/refunds',
        {
          config,
          schema: {
            operationId: 'createRefund',
            summary: 'Give a captured amount back',
            tags: ['refunds'],
            headers: schemas.keyHeaders,
            body: schemas.refundBody,
            response: {
              201: Type.Unsafe<object>({ $ref: 'Part#' }),
              ...refusals,
            },
          },
        },
        async (request, reply) => {
          const { charge, part } = created(
            reply,
            await service.refund(
              merchantOf(request),
              request.headers['idempotency-key'],
              request.body,
            ),
          );
          return refundResource(charge, part, baseOf(request));
        },
      );

      const onCharge = (
        path: string,
        documentation: { operationId: string; summary: string; tags: string[] },
        work: ChargeService['void'],
      ) =>
        app.post(
          path,
          {
            config,
            schema: {
              ...documentation,
              body: schemas.chargeOnlyBody,
              response: {
                200: Type.Unsafe<object>({ $ref: 'Charge#' }),
                ...refusals,
              },
            },
          },
          async request => {
            const charge = await work(merchantOf(request), request.body.charge);
            onChange();
            return chargeResource(charge, baseOf(request));
          },
        );
      onCharge(
        '/voids',
        {
          operationId: 'createVoid',
          summary: 'Let go of what is authorised and not captured',
          tags: ['charges'],
        },
        (account, id) => service.void(account, id),
      );
      onCharge(
        '/reauthorizations',
        {
          operationId: 'createReauthorization',
          summary: 'Renew an authorisation before it ends',
          tags: ['charges'],
        },
        (account, id) => service.reauthorize(account, id),
      );

      app.post(
        '/cancellations',
        {
          config,
          schema: {
            operationId: 'createCancellation',
            summary: 'Make a key unusable, or void what it made',
            tags: ['charges'],
            body: schemas.cancellationBody,
            response: {
              200: Type.Object({
                object: Type.Literal('cancellation'),
                charge: Type.Optional(Type.Unsafe<object>({ $ref: 'Charge#' })),
              }),
              ...refusals,
            },
          },
        },
        async request => {
          const charge = await service.cancelKey(
            merchantOf(request),
            request.body.idempotency_key,
          );
          onChange();
          return {
            object: 'cancellation' as const,
            charge: charge && chargeResource(charge, baseOf(request)),
          };
        },
      );

      app.get(
        '/ledger_entries',
        {
          config,
          schema: {
            operationId: 'listLedgerEntries',
            summary: 'Movements of money, oldest first',
            tags: ['ledger'],
            querystring: schemas.ledgerQuery,
            response: { 200: schemas.ledgerPageSchema, ...refusals },
          },
        },
        async request => {
          const { after, limit } = request.query;
          const page = await charges.postings(
            merchantOf(request).id,
            BigInt(after),
            limit + 1,
          );
          const shown = page.slice(0, limit);
          return {
            data: shown.map(postingResource),
            next_after: Number(shown.at(-1)?.position ?? after),
            has_more: page.length > limit,
          };
        },
      );

      app.get(
        '/account',
        {
          config,
          schema: {
            operationId: 'getAccount',
            summary: 'What this account can do',
            tags: ['account'],
          },
        },
        async request => accountResource(merchantOf(request)),
      );
    },
    { prefix: '/api' },
  );
}
