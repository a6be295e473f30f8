import { type Context, context, createContextKey } from '@opentelemetry/api';
import type { Principal } from '../access/Principal.ts';

/** Header that says how many milliseconds the caller still waits. Relative, so that clocks need not agree. */
export const REQUEST_TIMEOUT_HEADER = 'x-request-timeout-ms';

/** What is known of the request (or the background work) that is being handled. */
export interface RequestContext {
  /** Id that follows a request from hop to hop. */
  requestId?: string;
  /** When nobody waits any more, on the clock of `performance.now()`; absent: nobody set a bound. */
  deadlineAt?: number;
  /** Who asks, once that was verified. */
  principal?: Principal;
}

const KEY = createContextKey('shopfloor.request');

/** The context of the work that is running, wherever in its call tree one stands. */
export function requestContext(): RequestContext | undefined {
  return context.active().getValue(KEY) as RequestContext | undefined;
}

/** Puts the context of a request beside its trace, so that both travel together. */
export function withRequestContext(
  parent: Context,
  request: RequestContext,
): Context {
  return parent.setValue(KEY, request);
}

/** Runs background work (a saga's step, a consumer) with a context of its own. */
export function runInRequestContext<T>(
  request: RequestContext,
  work: () => T,
): T {
  return context.with(withRequestContext(context.active(), request), work);
}

/** Milliseconds until the deadline of the running work; `Infinity` when it has none, 0 or less when it has passed. */
export function remainingMs(now: number = performance.now()): number {
  const deadlineAt = requestContext()?.deadlineAt;
  return deadlineAt === undefined ? Infinity : deadlineAt - now;
}
