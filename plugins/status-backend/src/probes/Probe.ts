import { SystemProblem } from '@shopfloor/plugin-status-common';

/** What a system answered. */
export interface ProbeAnswer {
  version?: string;
}

/** Asks one system how it is. */
export interface Probe {
  /** Where it asks, without credentials. */
  readonly address: string;
  /**
   * Asks once.
   *
   * @throws ProbeFailure when it is not well; anything else that is thrown is a failure of the connection
   */
  ask(signal: AbortSignal): Promise<ProbeAnswer>;
}

/** A system that answered, but not that it is well. */
export class ProbeFailure extends Error {
  override readonly name = 'ProbeFailure';

  constructor(
    readonly code: SystemProblem['code'],
    message: string,
  ) {
    super(message);
  }
}
