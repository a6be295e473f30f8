import {
  cancelShipment,
  checkLatePayment,
  release,
  voidPayment,
} from './compensations.ts';
import {
  authorise,
  awaitPayment,
  confirm,
  requestShipment,
  reserve,
} from './forwardSteps.ts';
import type { OrderStep } from './orderProcess.ts';
import type { StepOptions, StepOutcome } from './stepOutcome.ts';
import type { OrderRecord } from './types.ts';

const steps: Record<
  OrderStep,
  (order: OrderRecord, options: StepOptions) => Promise<StepOutcome>
> = {
  reserve,
  authorise,
  'read-payment': awaitPayment,
  confirm,
  'request-shipment': requestShipment,
  'cancel-shipment': cancelShipment,
  void: voidPayment,
  release,
  'check-late-payment': checkLatePayment,
};

/** Does one step. Everything it asks of others may be asked again: each call carries an id of the order. */
export async function performStep(
  step: OrderStep,
  order: OrderRecord,
  options: StepOptions,
): Promise<StepOutcome> {
  try {
    return await steps[step](order, options);
  } catch (error) {
    return { kind: 'wait', error };
  }
}
