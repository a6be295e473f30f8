/** Unix seconds as ISO 8601. */
export function iso(unixSeconds: number): string {
  return new Date(unixSeconds * 1000).toISOString();
}
