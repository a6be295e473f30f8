/** Characters of what the server says that are kept. */
const MAX_DETAIL = 300;

/** The shortest text of a request that could be a secret and is looked for. */
const SHORTEST_SECRET = 6;

/** Tokens of Vault (`hvs.`, `hvb.`, `hvr.`, before `s.`, `b.`, `r.`), JSON web tokens and UUIDs such as secret ids. */
const CREDENTIALS =
  /\b(?:hv[sbr]|[sbr])\.[A-Za-z0-9_-]{16,}|\beyJ[\w-]+\.[\w-]+\.[\w-]*|\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b/gi;

/**
 * What a server said about a failure, fit for a log: one short line without credentials and without any text that the request
 * itself carried, since servers like to repeat what they did not understand.
 */
export function redact(
  errors: readonly string[],
  sent: Record<string, unknown> | undefined,
): string | undefined {
  let text = errors.join('; ');
  for (const value of textsOf(sent)) {
    text = text.replaceAll(value, '…');
  }
  text = text.replace(CREDENTIALS, '…').replace(/\s+/g, ' ').trim();
  return text === '' ? undefined : text.slice(0, MAX_DETAIL);
}

/** Every text in a value, the longest first, so that no part of one is left standing; lines of a long one, too. */
function textsOf(value: unknown): string[] {
  const found = new Set<string>();
  const visit = (item: unknown) => {
    if (typeof item === 'string') {
      found.add(item);
      item.split(/\r?\n/).forEach(line => found.add(line.trim()));
    } else if (typeof item === 'object' && item !== null) {
      Object.values(item).forEach(visit);
    }
  };
  visit(value);
  return [...found]
    .filter(text => text.length >= SHORTEST_SECRET)
    .sort((a, b) => b.length - a.length);
}
