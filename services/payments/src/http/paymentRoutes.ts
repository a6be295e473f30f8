import { problemResponses, type ServiceApp } from '@shopfloor/service-kit';
import type { PaymentService } from '../domain/PaymentService.ts';
import * as schemas from './schemas.ts';

/** Options of {@link registerPaymentRoutes}. */
export interface PaymentRoutesOptions {
  payments: PaymentService;
}

const done = 'Done.';
const later = 'Recorded; its outcome is not known yet. Ask again later.';

/** What orders calls. */
export function registerPaymentRoutes(
  app: ServiceApp,
  { payments }: PaymentRoutesOptions,
): void {
  app.addSchema(schemas.paymentSchema);
  const config = { access: 'internal' as const };
  const outcomes = {
    201: schemas.paymentReference(done),
    202: schemas.paymentReference(later),
  };

  app.post(
    '/payments',
    {
      config,
      schema: {
        operationId: 'createPayment',
        summary: 'Authorise the total of an order',
        tags: ['payments'],
        querystring: schemas.emptyQuery,
        body: schemas.createPaymentBody,
        response: { ...outcomes, ...problemResponses(400, 409, 503) },
      },
    },
    async (request, reply) => {
      const { payment, settled } = await payments.create(request.body);
      reply.code(settled ? 201 : 202);
      return payment;
    },
  );

  app.get(
    '/payments/:id',
    {
      config,
      schema: {
        operationId: 'getPayment',
        summary: 'One payment, asked at the provider if wanted',
        tags: ['payments'],
        params: schemas.paymentParams,
        querystring: schemas.paymentQuery,
        response: {
          200: schemas.paymentReference('The payment.'),
          ...problemResponses(400, 404, 503),
        },
      },
    },
    async request => payments.get(request.params.id, request.query.refresh),
  );

  app.post(
    '/payments/:id/captures',
    {
      config,
      schema: {
        operationId: 'capturePayment',
        summary: 'Capture part or all of what is authorised',
        tags: ['payments'],
        params: schemas.paymentParams,
        querystring: schemas.emptyQuery,
        body: schemas.captureBody,
        response: { ...outcomes, ...problemResponses(400, 404, 409, 422, 503) },
      },
    },
    async (request, reply) => {
      const { payment, settled } = await payments.capture(
        request.params.id,
        request.body,
      );
      reply.code(settled ? 201 : 202);
      return payment;
    },
  );

  app.post(
    '/payments/:id/refunds',
    {
      config,
      schema: {
        operationId: 'refundPayment',
        summary: 'Give part or all of what is captured back',
        tags: ['payments'],
        params: schemas.paymentParams,
        querystring: schemas.emptyQuery,
        body: schemas.refundBody,
        response: { ...outcomes, ...problemResponses(400, 404, 409, 422, 503) },
      },
    },
    async (request, reply) => {
      const { payment, settled } = await payments.refund(
        request.params.id,
        request.body,
      );
      reply.code(settled ? 201 : 202);
      return payment;
    },
  );

  app.post(
    '/payments/:id/void',
    {
      config,
      schema: {
        operationId: 'voidPayment',
        summary: 'Let go of what is not captured',
        tags: ['payments'],
        params: schemas.paymentParams,
        querystring: schemas.emptyQuery,
        response: {
          200: schemas.paymentReference(done),
          202: schemas.paymentReference(later),
          ...problemResponses(400, 404, 409, 503),
        },
      },
    },
    async (request, reply) => {
      const { payment, settled } = await payments.void(request.params.id);
      reply.code(settled ? 200 : 202);
      return payment;
    },
  );

  app.get(
    '/exports/:customerId',
    {
      config,
      schema: {
        operationId: 'exportCustomer',
        summary: 'What is held about a customer: nothing',
        tags: ['privacy'],
        params: schemas.exportParams,
        querystring: schemas.emptyQuery,
        response: { 200: schemas.exportSchema, ...problemResponses(400) },
      },
    },
    async () => ({ service: 'payments' as const, records: {} }),
  );
}
