import type { FastifyRequest } from 'fastify';

/** What hooks ask of the route of a request. */
export interface RouteFacts {
  /** Pattern of the path; absent where no route matched. */
  url: string | undefined;
  /** A route of the machinery (health, metrics). */
  probe: boolean;
}

const FACTS = Symbol('facts of the route');
type Looked = FastifyRequest & { [FACTS]?: RouteFacts };

/** The facts of a request's route, looked up once: Fastify makes an object of all options of a route each time they are asked for. */
export function routeFactsOf(request: FastifyRequest): RouteFacts {
  const looked = request as Looked;
  return (looked[FACTS] ??= read(request));
}

function read({ routeOptions }: FastifyRequest): RouteFacts {
  return {
    url: routeOptions.url,
    probe: routeOptions.config?.probe === true,
  };
}
