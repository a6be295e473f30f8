import type { EnvironmentSummary } from '@shopfloor/plugin-environments-common';
import { parseDocument } from 'yaml';

/** Annotation of an API: the service whose developer host at the gateway serves it. */
export const API_SERVICE_ANNOTATION = 'shopfloor.dev/api-service';

/** The host that the gateway gives a service for developers: its name before the environment's host. */
function serverUrl(gatewayUrl: string, service: string): string {
  const url = new URL(gatewayUrl);
  url.hostname = `${service}.${url.hostname}`;
  return url.toString().replace(/\/$/, '');
}

/**
 * An OpenAPI document with one server per environment that has a gateway. Everything else in it stays as it is, comments
 * included; a document that is no YAML map is returned untouched, since the catalog shows it with its own error.
 */
export function addServers(options: {
  definition: string;
  service: string;
  environments: readonly EnvironmentSummary[];
}): string {
  const document = parseDocument(options.definition);
  const servers = options.environments.flatMap(({ gateway, title }) =>
    gateway
      ? [{ url: serverUrl(gateway.url, options.service), description: title }]
      : [],
  );
  if (
    document.errors.length > 0 ||
    servers.length === 0 ||
    !document.has('openapi')
  ) {
    return options.definition;
  }
  document.set('servers', servers);
  return document.toString();
}
