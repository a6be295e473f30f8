import { isIP } from 'node:net';
import { isPublicAddress } from './publicAddress.ts';

/** Which receivers are allowed beside public HTTPS ones. */
export interface WebhookUrlRules {
  /** Host names that may lie at private addresses, on any port and over plain HTTP. */
  trustedHosts: ReadonlySet<string>;
}

const PORTS = new Set(['', '443', '8443']);

/** Names that only mean something inside. */
const INSIDE =
  /(^|\.)(localhost|local|internal|intranet|lan|home|corp|svc|cluster\.local|localdomain)$/;

/** What speaks against an address of a receiver, in words; undefined when nothing does. */
export function webhookUrlProblem(
  text: string,
  rules: WebhookUrlRules,
): string | undefined {
  if (!URL.canParse(text)) {
    return 'must be a URL';
  }
  const url = new URL(text);
  const host = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  if (url.username || url.password) {
    return 'must not contain a name or a password';
  }
  if (url.hash) {
    return 'must not contain a fragment';
  }
  if (
    rules.trustedHosts.has(host) &&
    ['http:', 'https:'].includes(url.protocol)
  ) {
    return undefined;
  }
  if (url.protocol !== 'https:') {
    return 'must begin with https:';
  }
  if (!PORTS.has(url.port)) {
    return 'must be on port 443 or 8443';
  }
  if (isIP(host) ? !isPublicAddress(host) : INSIDE.test(host)) {
    return 'must be on the public Internet';
  }
  if (!isIP(host) && !host.includes('.')) {
    return 'must be a full host name';
  }
  return undefined;
}
