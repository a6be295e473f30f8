import { Environment } from '@shopfloor/plugin-environments-common';
import {
  DefaultPrometheusClient,
  PrometheusClient,
} from '@shopfloor/plugin-environments-node';

/** One client per environment, so that the bound on its concurrent queries holds for all who ask. */
export class PrometheusClients {
  readonly #clients = new Map<string, PrometheusClient>();

  /** The client of an environment. */
  of(environment: Environment): PrometheusClient {
    const { url } = environment.prometheus;
    let client = this.#clients.get(url);
    if (!client) {
      client = DefaultPrometheusClient.create({ url });
      this.#clients.set(url, client);
    }
    return client;
  }
}
