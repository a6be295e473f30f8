import {
  currentTraceparent,
  type Database,
  UnavailableError,
} from '@shopfloor/service-kit';
import type {
  Line,
  ReservationDetail,
  ReservationLine,
  ReservationState,
} from '../domain/types.ts';
import type {
  ChangeOutcome,
  ReservationStore,
  ReserveOutcome,
} from './ReservationStore.ts';
import { reserveAtOnceStatement } from './oneWarehouseStatements.ts';
import {
  confirmStatement,
  findReservationStatement,
  reclaimStatement,
  releaseStatement,
  reserveStatement,
  sweepStatement,
} from './reservationStatements.ts';

interface ReserveRow {
  way: 'new' | 'again' | 'extend' | 'same' | 'other';
  state: ReservationState | null;
  known_until: Date | null;
  held_until: Date | null;
  short: { sku: string; available: number }[];
}

interface ChangeRow {
  state: ReservationState;
  expires_at: Date;
  late?: boolean;
  lines: number;
  freed?: number;
}

interface ReservationRow {
  id: string;
  lines_hash: string;
  state: ReservationState;
  expires_at: Date;
  lines: ReservationLine[];
}

/** A statement whose snapshot is older than a lock it waited for is asked again. */
const ATTEMPTS = 4;

function busy(reservationId: string): never {
  throw new UnavailableError({
    code: 'reservation-busy',
    message: `Reservation ${reservationId} is being changed. Try again shortly.`,
    notDone: true,
  });
}

/** Reservations in the service's own database, one statement a step where it is the usual one. */
export class DatabaseReservationStore implements ReservationStore {
  readonly #database: Database;
  readonly #threshold: number;

  static create(options: {
    database: Database;
    /** Highest availability that counts as low. */
    lowStockThreshold: number;
  }): DatabaseReservationStore {
    return new DatabaseReservationStore(
      options.database,
      options.lowStockThreshold,
    );
  }

  private constructor(database: Database, threshold: number) {
    this.#database = database;
    this.#threshold = threshold;
  }

  async reserve(options: {
    reservationId: string;
    lines: readonly Line[];
    linesHash: string;
    ttlSeconds: number;
  }): Promise<ReserveOutcome> {
    const { reservationId, lines, linesHash, ttlSeconds } = options;
    const [usual] = await this.#database.query<{ expires_at: Date }>(
      reserveAtOnceStatement,
      [
        reservationId,
        lines.map(({ sku }) => sku),
        lines.map(({ quantity }) => quantity),
        linesHash,
        ttlSeconds,
        this.#threshold,
      ],
    );
    if (usual) {
      return { outcome: 'held', expiresAt: usual.expires_at.toISOString() };
    }
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const [row] = await this.#database.query<ReserveRow>(reserveStatement, [
        reservationId,
        JSON.stringify(lines),
        linesHash,
        ttlSeconds,
        this.#threshold,
        currentTraceparent(),
      ]);
      if (row.held_until) {
        return { outcome: 'held', expiresAt: row.held_until.toISOString() };
      }
      if (row.way === 'other') {
        return { outcome: 'other' };
      }
      if (row.way === 'same') {
        return {
          outcome: 'known',
          state: row.state!,
          expiresAt: row.known_until!.toISOString(),
        };
      }
      if (row.short.length > 0) {
        return { outcome: 'short', short: row.short };
      }
      // Another request made it meanwhile: the next snapshot has it.
    }
    return busy(reservationId);
  }

  async confirm(reservationId: string): Promise<ChangeOutcome> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const [row] = await this.#database.query<ChangeRow>(confirmStatement, [
        reservationId,
      ]);
      if (!row) {
        return { late: false, done: false };
      }
      const late = row.state === 'held' && row.late!;
      if (row.state !== 'held' || late || row.lines > 0) {
        return {
          state: row.state,
          expiresAt: row.expires_at.toISOString(),
          late,
          done: row.lines > 0,
        };
      }
    }
    return busy(reservationId);
  }

  async release(reservationId: string): Promise<ChangeOutcome> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const [row] = await this.#database.query<ChangeRow>(releaseStatement, [
        reservationId,
        this.#threshold,
        currentTraceparent(),
      ]);
      if (!row) {
        return { late: false, done: false };
      }
      const keeps = row.state === 'held' || row.state === 'confirmed';
      if (!keeps || row.lines > 0) {
        return {
          state: row.state,
          expiresAt: row.expires_at.toISOString(),
          late: false,
          done: row.freed! > 0,
        };
      }
    }
    return busy(reservationId);
  }

  async find(
    reservationId: string,
  ): Promise<(ReservationDetail & { linesHash: string }) | undefined> {
    const [row] = await this.#database.query<ReservationRow>(
      findReservationStatement,
      [reservationId],
    );
    return (
      row && {
        reservationId: row.id,
        state: row.state,
        expiresAt: row.expires_at.toISOString(),
        lines: row.lines,
        linesHash: row.lines_hash,
      }
    );
  }

  async reclaim(
    short: readonly { sku: string; available: number }[],
  ): Promise<boolean> {
    const [{ seen, freed }] = await this.#database.query<{
      seen: number;
      freed: boolean;
    }>(reclaimStatement, [
      short.map(({ sku }) => sku),
      this.#threshold,
      currentTraceparent(),
      short.map(({ available }) => available),
    ]);
    return seen > 0 || freed;
  }

  async sweep(limit: number): Promise<number> {
    const [{ expired }] = await this.#database.query<{ expired: number }>(
      sweepStatement,
      [limit, this.#threshold, currentTraceparent()],
    );
    return expired;
  }
}
