import { Environment } from '@shopfloor/plugin-environments-common';
import { EnvironmentView } from '@shopfloor/plugin-traffic-common';

/** What a page needs to name an environment. */
export function environmentView(environment: Environment): EnvironmentView {
  const { name, title, production, gateway } = environment;
  return {
    name,
    title,
    production,
    ...(gateway && { gatewayUrl: gateway.url }),
  };
}
