/**
 * The trace that a request belongs to, by the `traceparent` header of W3C Trace Context: 32 hexadecimal digits, not all zero.
 * `undefined` without a valid one.
 */
export function traceIdOf(traceparent: unknown): string | undefined {
  const [, traceId] =
    (typeof traceparent === 'string' &&
      /^(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}(?:-.*)?$/.exec(
        traceparent.trim(),
      )) ||
    [];
  return traceId && !/^0+$/.test(traceId) ? traceId : undefined;
}
