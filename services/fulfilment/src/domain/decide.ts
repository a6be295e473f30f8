import type { NewEvent } from '@shopfloor/service-kit';
import {
  deliveredEvent,
  dispatchedEvent,
  returnReceivedEvent,
} from '../events/shipmentEvents.ts';
import type { LockedShipment, ShipmentChange } from '../store/ShipmentStore.ts';
import type { ReturnLine, Shipment } from './shipment.ts';
import {
  allotReturn,
  CLOSED_STATES,
  dispatchLines,
  nextState,
  type LineProblem,
  type ShipmentCommand,
  type ShipmentLine,
  type ShipmentState,
} from './shipmentState.ts';
import type { Line, TrackingCode } from './types.ts';

/** Why something is refused; an expected answer, no fault. */
export type Refusal =
  | { reason: 'state'; state: ShipmentState }
  | { reason: 'lines'; problems: LineProblem[] }
  | { reason: 'id-reused' }
  | { reason: 'nothing-to-send' };

/** A change to write, nothing to do, or a refusal. */
export type Decision =
  { change: ShipmentChange | undefined } | { refusal: Refusal };

/** States in which something is still to leave. */
const UNSENT: readonly ShipmentState[] = ['pending', 'partially-dispatched'];

function sameLines(a: readonly Line[], b: readonly Line[]): boolean {
  const text = (lines: readonly Line[]) =>
    lines
      .map(({ sku, quantity }) => JSON.stringify([sku, quantity]))
      .sort()
      .join();
  return text(a) === text(b);
}

/** A parcel leaves, with some lines or with all that is left. */
export function decideDispatch(
  { shipment, siblings }: LockedShipment,
  dispatch: {
    parcelId: string;
    trackingId: string;
    lines?: Line[];
    /** Nothing follows, though lines are left. */
    last?: boolean;
    at?: string;
  },
): Decision {
  const { parcelId, trackingId } = dispatch;
  const known = shipment.parcels.find(one => one.parcelId === parcelId);
  if (known) {
    return known.trackingId === trackingId &&
      (!dispatch.lines || sameLines(known.lines, dispatch.lines))
      ? { change: undefined }
      : { refusal: { reason: 'id-reused' } };
  }
  if (!nextState(shipment.state, 'dispatch-rest')) {
    return { refusal: { reason: 'state', state: shipment.state } };
  }
  const outcome = dispatchLines(shipment.lines, dispatch.lines);
  if (!outcome.ok) {
    return { refusal: { reason: 'lines', problems: outcome.problems } };
  }
  if (outcome.sent.length === 0) {
    return { refusal: { reason: 'nothing-to-send' } };
  }
  const closes = outcome.complete || dispatch.last === true;
  const state = nextState(
    shipment.state,
    closes ? 'dispatch-rest' : 'dispatch-part',
  )!;
  return {
    change: {
      state,
      lines: outcome.lines,
      closes: false,
      parcel: { parcelId, trackingId, lines: outcome.sent, closes },
      tracking: [{ code: 'dispatched', parcelId, at: dispatch.at }],
      events: [
        dispatchedEvent(
          { ...shipment, version: shipment.version + 1 },
          {
            lines: outcome.sent,
            carrier: shipment.carrier,
            trackingId,
            last: closes && siblings.every(one => !UNSENT.includes(one.state)),
          },
        ),
      ],
    },
  };
}

const ENDS: Readonly<
  Record<'deliver' | 'cancel' | 'lose', { code: TrackingCode }>
> = {
  deliver: { code: 'delivered' },
  cancel: { code: 'cancelled' },
  lose: { code: 'lost' },
};

/** A shipment ends. Ending it again the same way changes nothing. */
export function decideEnd(
  { shipment }: LockedShipment,
  command: Extract<ShipmentCommand, 'deliver' | 'cancel' | 'lose'>,
  at?: string,
): Decision {
  const { code } = ENDS[command];
  if (shipment.state === code) {
    return { change: undefined };
  }
  const state = nextState(shipment.state, command);
  if (!state) {
    return { refusal: { reason: 'state', state: shipment.state } };
  }
  const next = { ...shipment, version: shipment.version + 1 };
  return {
    change: {
      state,
      lines: shipment.lines,
      closes: CLOSED_STATES.includes(state),
      delivered: command === 'deliver',
      tracking: [{ code, at }],
      events: command === 'deliver' ? [deliveredEvent(next)] : [],
    },
  };
}

const REPORTED_ENDS: Readonly<
  Partial<Record<TrackingCode, 'deliver' | 'cancel' | 'lose'>>
> = { delivered: 'deliver', cancelled: 'cancel', lost: 'lose' };

/** A carrier says that something happened. */
export function decideReport(
  locked: LockedShipment,
  event: { code: TrackingCode; at: string; trackingId?: string },
): Decision {
  const { code, at, trackingId } = event;
  const { shipmentId } = locked.shipment;
  if (code === 'dispatched') {
    return decideDispatch(locked, {
      // It reports one parcel, whose id follows from the shipment's.
      parcelId: shipmentId,
      trackingId: trackingId ?? shipmentId,
      at,
    });
  }
  const command = REPORTED_ENDS[code];
  return command ? decideEnd(locked, command, at) : { change: undefined };
}

/** Goods of an order come back. */
export function decideReturn(
  shipments: readonly Shipment[],
  received: { returnId: string; orderId: string; lines: ReturnLine[] },
):
  | {
      changes: {
        shipmentId: string;
        state: ShipmentState;
        lines: readonly ShipmentLine[];
      }[];
      events: NewEvent[];
    }
  | { refusal: Extract<Refusal, { reason: 'lines' }> } {
  const outcome = allotReturn(shipments, received.lines);
  if (!outcome.ok) {
    return { refusal: { reason: 'lines', problems: outcome.problems } };
  }
  return {
    changes: outcome.changed.map(({ shipmentId, lines, allReturned }) => {
      const { state } = shipments.find(one => one.shipmentId === shipmentId)!;
      return {
        shipmentId,
        lines,
        state: (allReturned && nextState(state, 'return')) || state,
      };
    }),
    events: [returnReceivedEvent(received)],
  };
}
