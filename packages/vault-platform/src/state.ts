import {
  DeclaredSlot,
  EnvironmentMounts,
  mountsOf,
} from '@shopfloor/plugin-secrets-common';
import { PlatformEnvironment, PlatformOptions } from './types';

/** Something that should be on the server. */
export interface Desired {
  path: string;
  body: Record<string, unknown>;
  /** Only made when it is absent; what it has cannot be changed or is somebody else's. */
  onlyCreate?: boolean;
}

/** What was found on the server. */
export interface Observed {
  controlGroups: boolean;
  /** Names of all policies. */
  policies: ReadonlySet<string>;
  /** Names of roles by mount of their auth method. */
  roles: ReadonlyMap<string, ReadonlySet<string>>;
  /** Names of grants that were used, and that have ended. */
  used: ReadonlySet<string>;
  ended: ReadonlySet<string>;
}

/** What {@link desiredState} is made of. */
export type DesiredOptions = Omit<PlatformOptions, 'client' | 'planOnly'>;

/** What is declared in an environment. */
export interface Slots {
  environment: PlatformEnvironment;
  mounts: EnvironmentMounts;
  slots: DeclaredSlot[];
}

/** The mounts of an environment. */
export function mountsIn(environment: PlatformEnvironment): EnvironmentMounts {
  return mountsOf(environment.name, environment.mounts);
}
