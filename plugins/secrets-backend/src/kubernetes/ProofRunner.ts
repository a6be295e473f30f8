import { ProbeSpec } from '@shopfloor/plugin-secrets-common';
import { EngineEnvironment } from '../vault/EngineEnvironment';

/** What is asked, and as whom. */
export interface ProofOrder {
  environment: EngineEnvironment;
  /** Of the service account. */
  namespace: string;
  serviceAccount: string;
  /** Of the auth method of Vault. */
  mount: string;
  /** Of Vault. */
  role: string;
  probes: readonly ProbeSpec[];
}

/** What a proof found, in the order of the probes. */
export interface ProofOutcome {
  report: { login: 'accepted' | 'refused'; found: Array<'allow' | 'deny'> };
  job: { namespace: string; name: string; uid: string };
}

/** Has somebody ask Vault as a service account what it may. */
export interface ProofRunner {
  /** @throws ServiceUnavailableError with the code `not-proven` when nothing was found out */
  run(order: ProofOrder): Promise<ProofOutcome>;
}
