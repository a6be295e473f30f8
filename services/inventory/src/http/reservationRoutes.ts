import { problemResponses, type ServiceApp } from '@shopfloor/service-kit';
import type { ReservationService } from '../domain/ReservationService.ts';
import type { StockService } from '../domain/StockService.ts';
import type {
  Availability,
  Reservation,
  ReservationDetail,
} from '../domain/types.ts';
import {
  answer,
  availabilityBody,
  noBody,
  reservationBody,
  reservationParams,
} from './schemas.ts';

/** Options of {@link registerReservationRoutes}. */
export interface ReservationRoutesOptions {
  reservations: ReservationService;
  stock: StockService;
}

/** Registers what other services call. */
export function registerReservationRoutes(
  app: ServiceApp,
  { reservations, stock }: ReservationRoutesOptions,
): void {
  app.post(
    '/availability',
    {
      config: { access: 'internal' },
      schema: {
        operationId: 'getAvailability',
        summary: 'What can be promised of some SKUs',
        description:
          'In the order asked; a SKU that is not known is out. Changes nothing, so it may be repeated.',
        tags: ['reservations'],
        body: availabilityBody,
        response: {
          200: answer<{ items: Availability[] }>(
            'Availabilities',
            'One item for each SKU.',
          ),
          ...problemResponses(400, 503),
        },
      },
    },
    async request => ({ items: await stock.availability(request.body.skus) }),
  );

  app.post(
    '/reservations',
    {
      config: { access: 'internal' },
      schema: {
        operationId: 'reserve',
        summary: 'Hold stock for an order, all lines or none',
        description:
          'Idempotent by `reservationId`: the same lines answer as before, whatever `ttlSeconds`; other lines are refused. One that was released or has expired takes its stock anew.',
        tags: ['reservations'],
        body: reservationBody,
        response: {
          201: answer<Reservation>('Reservation', 'The stock is kept.'),
          ...problemResponses(400, 409, 503),
        },
      },
    },
    async (request, reply) => {
      const reservation = await reservations.reserve(request.body);
      return reply.code(201).send(reservation);
    },
  );

  app.get(
    '/reservations/:reservationId',
    {
      config: { access: 'internal' },
      schema: {
        operationId: 'getReservation',
        summary: 'A reservation with what it keeps and where',
        tags: ['reservations'],
        params: reservationParams,
        response: {
          200: answer<ReservationDetail>(
            'ReservationDetail',
            'The reservation.',
          ),
          ...problemResponses(400, 404, 503),
        },
      },
    },
    async request => reservations.get(request.params.reservationId),
  );

  for (const [step, operationId, summary] of [
    ['confirm', 'confirmReservation', 'Allocate what is held, for good'],
    [
      'release',
      'releaseReservation',
      'Give back what is held, or allocated and not shipped',
    ],
  ] as const) {
    app.post(
      `/reservations/:reservationId/${step}`,
      {
        config: { access: 'internal' },
        schema: {
          operationId,
          summary,
          description: 'Idempotent.',
          tags: ['reservations'],
          params: reservationParams,
          body: noBody,
          response: {
            200: answer<Reservation>('Reservation', 'Where it stands now.'),
            ...problemResponses(400, 404, 409, 503),
          },
        },
      },
      async request => reservations[step](request.params.reservationId),
    );
  }
}
