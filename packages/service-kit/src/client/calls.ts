/** One call, without its body's type. */
export interface CallOptions {
  method: string;
  /** Pattern of the path, such as `/products/:id`: the label in metrics and spans. */
  route: string;
  path: string;
  query?: Record<string, string | undefined>;
  headers?: Record<string, string>;
  /** Whether it may be repeated: a read, or idempotent by an id or key. Default: GET and HEAD. */
  safe?: boolean;
  /** Whether it changes nothing, so that a failure is never an unknown outcome. Default: GET and HEAD. */
  readOnly?: boolean;
  timeoutMs?: number;
}

/** A call whose body is bytes as they are. */
export interface RawCall extends CallOptions {
  body?: string | Buffer;
}

/** Whether a method only reads. */
export function isRead(method: string): boolean {
  return method === 'GET' || method === 'HEAD';
}

/** A path with those parameters that have a value. */
export function withQuery(
  path: string,
  query: Record<string, string | undefined> | undefined,
): string {
  if (!query) {
    return path;
  }
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) {
      parameters.append(name, value);
    }
  }
  const text = parameters.toString();
  return text ? `${path}?${text}` : path;
}
