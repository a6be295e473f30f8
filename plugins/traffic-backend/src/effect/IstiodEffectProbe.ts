import { LoggerService } from '@backstage/backend-plugin-api';
import { Environment } from '@shopfloor/plugin-environments-common';
import { ChangeEffect } from '@shopfloor/plugin-traffic-common';
import { TrafficClusterConfig } from '../config';
import { EffectProbe, EffectWatch } from './EffectProbe';
import { ProxySync, judgeProxies, sentRoutes } from './judgeProxies';

const POLL_MS = 100;
const REQUEST_DEADLINE_MS = 1_000;
const GIVE_UP_MS = 15_000;

export interface IstiodEffectProbeOptions {
  clusters: Map<string, TrafficClusterConfig>;
  logger: LoggerService;
}

/** Asks istiod's `/debug/syncz` what was sent to each proxy and what it acknowledged. */
export class IstiodEffectProbe implements EffectProbe {
  readonly #options: IstiodEffectProbeOptions;

  constructor(options: IstiodEffectProbeOptions) {
    this.#options = options;
  }

  async prepare(environment: Environment): Promise<EffectWatch | undefined> {
    const url = this.#options.clusters.get(environment.cluster.name)?.istiodUrl;
    if (!url) {
      return undefined;
    }
    try {
      const before = sentRoutes(await syncz(url));
      return { wait: () => this.#wait(url, before) };
    } catch (error) {
      this.#options.logger.warn(
        `istiod at ${url} does not say what the proxies have: ${error}`,
      );
      const message = `istiod does not answer: ${(error as Error).message}`;
      return { wait: async () => ({ state: 'unknown', message }) };
    }
  }

  async #wait(url: string, before: Map<string, string>): Promise<ChangeEffect> {
    const giveUpMs = Date.now() + GIVE_UP_MS;
    let message = 'No proxy received new routes';
    while (Date.now() < giveUpMs) {
      try {
        const judgement = judgeProxies(before, await syncz(url));
        if (judgement.state !== 'waiting') {
          return { ...judgement, at: new Date().toISOString() };
        }
      } catch (error) {
        message = `istiod does not answer: ${(error as Error).message}`;
      }
      await new Promise(resolve => setTimeout(resolve, POLL_MS));
    }
    return { state: 'unknown', message };
  }
}

async function syncz(url: string): Promise<ProxySync[]> {
  const response = await fetch(`${url}/debug/syncz`, {
    signal: AbortSignal.timeout(REQUEST_DEADLINE_MS),
  });
  if (!response.ok) {
    throw new Error(`/debug/syncz answered ${response.status}`);
  }
  const body = await response.json();
  return Array.isArray(body) ? body : [];
}
