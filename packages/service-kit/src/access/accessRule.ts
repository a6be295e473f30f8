/** Who may call a route: shoppers (guests and customers), customers, staff with a role, other services, or everybody. */
export type AccessRule =
  'public' | 'shopper' | 'customer' | 'internal' | `staff:${string}`;

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may call this route. Every route says so, except those of the machinery (`probe`). */
    access?: AccessRule;
  }
}

const RULE = /^(?:public|shopper|customer|internal|staff:[a-z][a-z0-9-]*)$/;

/**
 * Checks what a route says of its access, at registration.
 *
 * @throws Error when it says nothing or something unknown: the service must not start
 */
export function requireAccessRule(route: {
  method: string | string[];
  url: string;
  config?: { access?: string; probe?: boolean };
}): AccessRule | undefined {
  const { access, probe } = route.config ?? {};
  const name = `${[route.method].flat().join(', ')} ${route.url}`;
  if (probe) {
    return undefined;
  }
  if (access === undefined) {
    throw new Error(
      `Route ${name} does not say who may call it; set config.access`,
    );
  }
  if (!RULE.test(access)) {
    throw new Error(`Route ${name} has an unknown access rule "${access}"`);
  }
  return access as AccessRule;
}
