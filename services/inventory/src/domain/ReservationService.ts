import {
  ConflictError,
  type FieldProblem,
  NotFoundError,
} from '@shopfloor/service-kit';
import type { ReservationStore } from '../store/ReservationStore.ts';
import { linesHash, sortLines } from './lines.ts';
import type { Line, Reservation, ReservationDetail } from './types.ts';

/** Options of {@link ReservationService.reserve}. */
export interface ReserveOptions {
  reservationId: string;
  ttlSeconds: number;
  lines: readonly Line[];
}

/** How often stock that holds past their time may keep is asked for again. */
const RECLAIMS = 3;

function notFound(reservationId: string): never {
  throw new NotFoundError({
    code: 'reservation-not-found',
    message: `There is no reservation ${reservationId}.`,
  });
}

function insufficient(
  lines: readonly Line[],
  short: readonly { sku: string; available: number }[],
): never {
  const left = new Map(short.map(({ sku, available }) => [sku, available]));
  const fields: FieldProblem[] = lines.flatMap(({ sku, quantity }, index) =>
    left.has(sku)
      ? [
          {
            in: 'body' as const,
            field: `/lines/${index}`,
            message: `${quantity} of ${sku} are wanted, ${left.get(sku)} are left`,
          },
        ]
      : [],
  );
  throw new ConflictError({
    code: 'insufficient-stock',
    message: `There is not enough of ${short.map(({ sku }) => sku).join(', ')}.`,
    fields,
  });
}

/** Keeps stock for orders. Every step may be repeated by the reservation's id. */
export class ReservationService {
  readonly #store: ReservationStore;

  static create(options: { store: ReservationStore }): ReservationService {
    return new ReservationService(options.store);
  }

  private constructor(store: ReservationStore) {
    this.#store = store;
  }

  /**
   * Keeps all lines or none. The same id with the same lines answers as before; one
   * that was released or has expired takes its stock anew, when there is enough.
   *
   * @throws ConflictError `insufficient-stock` with the lines in `fields`, or `id-reused`
   */
  async reserve(options: ReserveOptions): Promise<Reservation> {
    const { reservationId, ttlSeconds } = options;
    const lines = sortLines(options.lines);
    for (let reclaims = 0; ; reclaims += 1) {
      const result = await this.#store.reserve({
        reservationId,
        ttlSeconds,
        lines,
        linesHash: linesHash(lines),
      });
      switch (result.outcome) {
        case 'held':
          return { reservationId, state: 'held', expiresAt: result.expiresAt };
        case 'known': {
          const { state, expiresAt } = result;
          return { reservationId, state, expiresAt };
        }
        case 'other':
          throw new ConflictError({
            code: 'id-reused',
            message: `Reservation ${reservationId} is for other lines.`,
          });
        default: {
          // Holds past their time keep nothing, whether or not anybody has swept them.
          if (
            reclaims < RECLAIMS &&
            (await this.#store.reclaim(result.short))
          ) {
            continue;
          }
          return this.#onShort(options, result.short);
        }
      }
    }
  }

  /** The same request may have taken the last one a moment ago, over another connection. */
  async #onShort(
    options: ReserveOptions,
    short: readonly { sku: string; available: number }[],
  ): Promise<Reservation> {
    const known = await this.#store.find(options.reservationId);
    if (
      known &&
      known.linesHash === linesHash(options.lines) &&
      (known.state === 'held' || known.state === 'confirmed')
    ) {
      const { reservationId, state, expiresAt } = known;
      return { reservationId, state, expiresAt };
    }
    return insufficient(options.lines, short);
  }

  /**
   * Turns a hold into an allocation, for good.
   *
   * @throws ConflictError `reservation-expired` or `reservation-released`
   * @throws NotFoundError `reservation-not-found`
   */
  async confirm(reservationId: string): Promise<Reservation> {
    const { state, expiresAt, late, done } =
      await this.#store.confirm(reservationId);
    if (!state) {
      return notFound(reservationId);
    }
    if (done || state === 'confirmed') {
      return { reservationId, state: 'confirmed', expiresAt: expiresAt! };
    }
    if (state === 'released') {
      throw new ConflictError({
        code: 'reservation-released',
        message: `Reservation ${reservationId} was released. Reserve again.`,
      });
    }
    throw new ConflictError({
      code: 'reservation-expired',
      message: `Reservation ${reservationId} ${late ? 'has just' : 'has'} expired. Reserve again.`,
    });
  }

  /**
   * Gives back what a reservation keeps: a hold, or the part of an allocation that
   * has not been shipped.
   *
   * @throws ConflictError `already-shipped` when all of it has left
   * @throws NotFoundError `reservation-not-found`
   */
  async release(reservationId: string): Promise<Reservation> {
    const { state, expiresAt, done } = await this.#store.release(reservationId);
    if (!state) {
      return notFound(reservationId);
    }
    if (done || state === 'released' || state === 'expired') {
      return { reservationId, state: 'released', expiresAt: expiresAt! };
    }
    throw new ConflictError({
      code: 'already-shipped',
      message: `All of reservation ${reservationId} has left the warehouse.`,
    });
  }

  /** @throws NotFoundError `reservation-not-found` */
  async get(reservationId: string): Promise<ReservationDetail> {
    const found = await this.#store.find(reservationId);
    if (!found) {
      return notFound(reservationId);
    }
    const { state, expiresAt, lines } = found;
    return { reservationId, state, expiresAt, lines };
  }
}
