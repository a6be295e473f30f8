import { Environment } from '@shopfloor/plugin-environments-common';
import { ChangeEffect } from '@shopfloor/plugin-traffic-common';

/** Finds out whether the proxies took a change over. */
export interface EffectProbe {
  /**
   * Notes what the proxies have now; to be called before the write. Resolves to undefined where nothing can tell, and
   * never rejects: a change does not wait for its observer.
   */
  prepare(environment: Environment): Promise<EffectWatch | undefined>;
}

export interface EffectWatch {
  /** Resolves once every proxy that received new routes has answered, or gives up; never rejects. */
  wait(): Promise<ChangeEffect>;
}
