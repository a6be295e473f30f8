/** Header in which Envoy names the callers whose certificates it verified. */
export const CALLER_HEADER = 'x-forwarded-client-cert';

const URI =
  /(?:^|[;,])\s*URI="?spiffe:\/\/[^/;,"]+\/ns\/([^/;,"]+)\/sa\/([^/;,"]+)"?/gi;

/**
 * The service account of the nearest caller, as Envoy verified it: the last element
 * of the header is the one that our own sidecar wrote.
 */
export function callerIdentity(
  header: string | string[] | undefined,
): { namespace: string; account: string } | undefined {
  const value = Array.isArray(header) ? header.join(',') : header;
  const last = [...(value ?? '').matchAll(URI)].at(-1);
  return last && { namespace: last[1], account: last[2] };
}
