import {
  ConflictError,
  type Database,
  type NewEvent,
  outboxParameter,
  type Queryable,
} from '@shopfloor/service-kit';
import type {
  ReceivedReturn,
  ReturnLine,
  Shipment,
  ShipmentWithAddress,
} from '../domain/shipment.ts';
import type { Address } from '../domain/types.ts';
import { SOURCE } from '../events/shipmentEvents.ts';
import type {
  CarrierCheck,
  CreatedShipment,
  CreateOptions,
  CustomerRecords,
  DueShipment,
  LockedShipment,
  ShipmentChange,
  ShipmentQuery,
  ShipmentStore,
} from './ShipmentStore.ts';
import { applyChange } from './applyChange.ts';
import {
  toShipment,
  toReturn,
  type ReturnRow,
  type ShipmentRow,
} from './rows.ts';
import {
  changeStatement,
  claimDueStatement,
  completableErasuresStatement,
  completeErasuresStatement,
  createStatement,
  customerReturnsStatement,
  eraseAddressesStatement,
  findMadeStatement,
  findReturnStatement,
  findStatement,
  giveToCustomerStatement,
  insertReturnStatement,
  listStatement,
  lockOrderOfStatement,
  lockOrderStatement,
  noteCheckFailureStatement,
  noteCheckStatement,
  ofOrderStatement,
  recordsStatement,
  requestErasureStatement,
  scheduleCheckStatement,
} from './statements.ts';

interface AddressedRow extends ShipmentRow {
  address: Address | null;
  address_erased_at: Date | null;
}

function withAddress(row: AddressedRow): ShipmentWithAddress {
  return {
    ...toShipment(row),
    address: row.address ?? undefined,
    addressErasedAt: row.address_erased_at?.toISOString(),
  };
}

/** Shipments in the service's own database. */
export class DatabaseShipmentStore implements ShipmentStore {
  readonly #database: Database;

  static create(options: { database: Database }): DatabaseShipmentStore {
    return new DatabaseShipmentStore(options.database);
  }

  private constructor(database: Database) {
    this.#database = database;
  }

  async create(options: CreateOptions): Promise<CreatedShipment> {
    const { shipment, fingerprint, carrier, sample, days } = options;
    const { shipmentId, orderId, optionId, customerId, address } = shipment;
    const lines = shipment.lines.map(({ sku, quantity }) => ({
      sku,
      quantity,
      dispatched: 0,
      returned: 0,
    }));
    const [made] = await this.#database.query<{
      created_at: Date;
      updated_at: Date;
    }>(createStatement, [
      shipmentId,
      orderId,
      customerId ?? null,
      optionId,
      carrier,
      sample,
      JSON.stringify(lines),
      days?.minDays ?? null,
      days?.maxDays ?? null,
      JSON.stringify(address),
      fingerprint,
      options.checkInSeconds ?? null,
    ]);
    if (made) {
      return {
        shipment: toShipment({
          shipment_id: shipmentId,
          order_id: orderId,
          option_id: optionId,
          carrier,
          sample,
          state: 'pending',
          version: 1,
          lines,
          min_days: days?.minDays ?? null,
          max_days: days?.maxDays ?? null,
          ...made,
          parcels: [],
          events: [],
        }),
        created: true,
        fingerprint,
      };
    }
    const [known] = await this.#database.query<
      ShipmentRow & { request_hash: string | null }
    >(findMadeStatement, [shipmentId]);
    return {
      shipment: toShipment(known),
      created: false,
      fingerprint: known.request_hash ?? undefined,
    };
  }

  async find(shipmentId: string): Promise<ShipmentWithAddress | undefined> {
    const [row] = await this.#database.query<AddressedRow>(findStatement, [
      shipmentId,
    ]);
    return row && withAddress(row);
  }

  async ofOrder(orderId: string): Promise<Shipment[]> {
    return this.#ofOrder(this.#database, orderId);
  }

  async list(query: ShipmentQuery): Promise<Shipment[]> {
    const { state, after, limit } = query;
    const rows = await this.#database.query<ShipmentRow>(
      listStatement({ state: state !== undefined, after: after !== undefined }),
      [limit + 1, after, state].filter(value => value !== undefined),
    );
    return rows.map(toShipment);
  }

  async change(
    shipmentId: string,
    decide: (locked: LockedShipment) => ShipmentChange | undefined,
  ): Promise<Shipment | undefined> {
    return this.#database.transaction(async tx => {
      const [locked] = await tx.query<{ order_id: string }>(
        lockOrderOfStatement,
        [shipmentId],
      );
      if (!locked) {
        return undefined;
      }
      const all = await this.#ofOrder(tx, locked.order_id);
      const shipment = all.find(one => one.shipmentId === shipmentId)!;
      const change = decide({
        shipment,
        siblings: all.filter(one => one !== shipment),
      });
      if (!change) {
        return shipment;
      }
      return this.#write(tx, shipment, change);
    });
  }

  async changeAlone(
    read: Shipment,
    change: ShipmentChange,
  ): Promise<Shipment | undefined> {
    return this.#write(this.#database, read, change, read.version);
  }

  async receiveReturn(options: {
    returnId: string;
    orderId: string;
    lines: ReturnLine[];
    decide: (shipments: Shipment[]) => {
      changes: object[];
      events: NewEvent[];
    };
  }): Promise<{ received: ReceivedReturn; created: boolean }> {
    const { returnId, orderId, lines, decide } = options;
    return this.#database.transaction(async tx => {
      // The lock comes first: whoever repeats this waits, and then finds the return.
      await tx.query(lockOrderStatement, [orderId]);
      const [known] = await tx.query<ReturnRow>(findReturnStatement, [
        returnId,
      ]);
      if (known) {
        return { received: toReturn(known), created: false };
      }
      const { changes, events } = decide(await this.#ofOrder(tx, orderId));
      const [row] = await tx.query<{ received_at: Date }>(
        insertReturnStatement,
        [
          returnId,
          orderId,
          JSON.stringify(lines),
          JSON.stringify(changes),
          outboxParameter(events, { source: SOURCE }),
        ],
      );
      if (!row) {
        // Another order's return took the id meanwhile; nothing of this is kept.
        throw new ConflictError({
          code: 'id-reused',
          message: `Return ${returnId} exists with other contents.`,
        });
      }
      return {
        received: {
          returnId,
          orderId,
          lines,
          receivedAt: row.received_at.toISOString(),
        },
        created: true,
      };
    });
  }

  async findReturn(returnId: string): Promise<ReceivedReturn | undefined> {
    const [row] = await this.#database.query<ReturnRow>(findReturnStatement, [
      returnId,
    ]);
    return row && toReturn(row);
  }

  async claimDue(options: {
    limit: number;
    leaseSeconds: number;
  }): Promise<DueShipment[]> {
    const rows = await this.#database.query<
      ShipmentRow & {
        address: Address | null;
        booking_reference: string | null;
      }
    >(claimDueStatement, [options.limit, options.leaseSeconds]);
    return rows.map(row => ({
      shipment: toShipment(row),
      address: row.address ?? undefined,
      bookingReference: row.booking_reference ?? undefined,
    }));
  }

  async noteCheck(check: CarrierCheck): Promise<void> {
    await this.#database.query(noteCheckStatement, [
      check.shipmentId,
      check.bookingReference ?? null,
      JSON.stringify(check.moments),
      check.checkAgainInSeconds ?? null,
    ]);
  }

  async scheduleCheck(
    shipmentId: string,
    afterSeconds: number | undefined,
  ): Promise<void> {
    await this.#database.query(scheduleCheckStatement, [
      shipmentId,
      afterSeconds ?? null,
    ]);
  }

  async noteCheckFailure(shipmentId: string): Promise<void> {
    await this.#database.query(noteCheckFailureStatement, [shipmentId]);
  }

  async records(customerId: string): Promise<CustomerRecords> {
    const [shipments, returns] = await Promise.all([
      this.#database.query<AddressedRow>(recordsStatement, [customerId]),
      this.#database.query<ReturnRow>(customerReturnsStatement, [customerId]),
    ]);
    return {
      shipments: shipments.map(withAddress),
      returns: returns.map(toReturn),
    };
  }

  async giveToCustomer(
    tx: Queryable,
    options: { orderId: string; customerId: string },
  ): Promise<boolean> {
    const rows = await tx.query(giveToCustomerStatement, [
      options.orderId,
      options.customerId,
    ]);
    return rows.length > 0;
  }

  async requestErasure(tx: Queryable, customerId: string): Promise<void> {
    await tx.query(requestErasureStatement, [customerId]);
  }

  async eraseAddresses(options: {
    retentionDays: number;
    limit: number;
  }): Promise<number> {
    const rows = await this.#database.query(eraseAddressesStatement, [
      options.retentionDays,
      options.limit,
    ]);
    return rows.length;
  }

  async completeErasures(
    eventFor: (customerId: string) => NewEvent,
  ): Promise<number> {
    const rows = await this.#database.query<{ customer_id: string }>(
      completableErasuresStatement,
    );
    if (rows.length === 0) {
      return 0;
    }
    const ids = rows.map(({ customer_id }) => customer_id);
    const done = await this.#database.query(completeErasuresStatement, [
      ids,
      outboxParameter(ids.map(eventFor), { source: SOURCE }),
    ]);
    return done.length;
  }

  async #write(
    to: Queryable,
    shipment: Shipment,
    change: ShipmentChange,
    version?: number,
  ): Promise<Shipment | undefined> {
    const [row] = await to.query<{ updated_at: Date }>(changeStatement, [
      shipment.shipmentId,
      change.state,
      JSON.stringify(change.lines),
      change.closes,
      JSON.stringify(change.parcel ? [change.parcel] : []),
      change.delivered ?? false,
      JSON.stringify(change.tracking),
      outboxParameter(change.events, { source: SOURCE }),
      version ?? null,
    ]);
    return row && applyChange(shipment, change, row.updated_at.toISOString());
  }

  async #ofOrder(from: Queryable, orderId: string): Promise<Shipment[]> {
    const rows = await from.query<ShipmentRow>(ofOrderStatement, [orderId]);
    return rows.map(toShipment);
  }
}
