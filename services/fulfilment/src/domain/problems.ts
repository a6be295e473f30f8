import { ConflictError, NotFoundError } from '@shopfloor/service-kit';
import type { Refusal } from './decide.ts';
import type { LineProblem } from './shipmentState.ts';

const LINE_REASONS: Record<LineProblem['reason'], string> = {
  'unknown-sku': 'is not in it',
  'too-many': 'is more than there is',
  twice: 'is there twice',
};

/** A refusal as the problem that it is for who asked. */
export function problemOf(shipmentId: string, refusal: Refusal): Error {
  switch (refusal.reason) {
    case 'id-reused':
      return idReused('dispatch', shipmentId);
    case 'nothing-to-send':
      return new ConflictError({
        code: 'nothing-to-send',
        message: `Nothing of shipment ${shipmentId} is left to send.`,
      });
    case 'lines':
      return linesProblem(refusal.problems);
    default:
      return new ConflictError({
        code: refusal.state === 'cancelled' ? 'cancelled' : 'wrong-state',
        message: `Shipment ${shipmentId} is ${refusal.state}, which does not allow it.`,
      });
  }
}

/** The lines that do not fit, each named. */
export function linesProblem(problems: readonly LineProblem[]): ConflictError {
  return new ConflictError({
    code: 'lines-do-not-fit',
    message: `These lines do not fit what was ordered or sent: ${problems
      .map(({ sku }) => sku)
      .join(', ')}.`,
    fields: problems.map(({ index, reason }) => ({
      in: 'body',
      field: `/lines/${index}`,
      message: LINE_REASONS[reason],
    })),
  });
}

/** An id that came with other contents before. */
export function idReused(what: string, id: string): ConflictError {
  return new ConflictError({
    code: 'id-reused',
    message: `The ${what} ${id} exists with other contents.`,
  });
}

/** No such shipment. */
export function notFound(shipmentId: string): NotFoundError {
  return new NotFoundError({
    code: 'shipment-not-found',
    message: `There is no shipment ${shipmentId}.`,
  });
}
