import Type from 'typebox';
import { foreignIdSchema } from './shared.ts';

/** Everything about this customer that no law keeps has to go. */
export const customerErasedV1 = Type.Object({ customerId: foreignIdSchema });

/** One service has erased a customer. */
export const erasureCompletedV1 = Type.Object({
  customerId: foreignIdSchema,
  service: Type.String({ minLength: 1, maxLength: 63 }),
});
