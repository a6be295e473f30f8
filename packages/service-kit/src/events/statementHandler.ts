import type { EventType, ShopEvent } from '@shopfloor/contracts';
import type { Step } from '../postgres/StatementGroup.ts';
import type { EventHandler } from './types.ts';

/** Options of {@link statementHandler}. */
export interface StatementHandlerOptions<Type extends EventType> {
  /** The work of an event. Called again when the event is tried again. */
  step: (event: ShopEvent<Type>) => Step;
  /**
   * Told the rows of the statement once they are committed, to wake whom they concern. A hint only, as with `tx.afterCommit`. It
   * must not throw.
   */
  done?: (rows: readonly object[], event: ShopEvent<Type>) => void;
}

/** A handler whose work is one statement. */
export interface StatementHandler<Type extends EventType>
  extends EventHandler<Type>, StatementHandlerOptions<Type> {}

/**
 * A handler that is one statement: consumers send it in one round trip with the row that marks its event as handled, instead of a
 * transaction of four.
 */
export function statementHandler<Type extends EventType>(
  options: StatementHandlerOptions<Type>,
): StatementHandler<Type> {
  const { step, done } = options;
  const handler: EventHandler<Type> = async (event, tx) => {
    const { statement, values } = step(event);
    const rows = await tx.query(statement, values);
    tx.afterCommit(() => done?.(rows, event));
  };
  return Object.assign(handler, { step, done });
}

/** The same handler, when it is one statement. */
export function asStatementHandler<Type extends EventType>(
  handler: EventHandler<Type> | undefined,
): StatementHandler<Type> | undefined {
  return handler && 'step' in handler
    ? (handler as StatementHandler<Type>)
    : undefined;
}
