import { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import { EnvironmentsService } from '@shopfloor/plugin-environments-node';
import {
  DefaultVaultClient,
  readVaultConnection,
} from '@shopfloor/vault-client';
import { readSecretsConfig } from '../config';
import { GrantEngine } from '../engine/GrantEngine';
import { JobProofRunner } from '../kubernetes/JobProofRunner';
import { VaultGrantEngine } from './VaultGrantEngine';

/** The Job of the sandbox; a real cluster has its own registry. */
const DEFAULT_IMAGE = 'shopfloor.local/secret-proof:1.0.0';

/** The admission policy of the cluster allows no more. */
const MAX_PROOF_SECONDS = 120;

/**
 * The engine as `secrets` configures it; `undefined` when no Vault is configured. Nobody is contacted.
 *
 * @throws InputError that names the key
 */
export function createGrantEngine(options: {
  config: Config;
  environments: EnvironmentsService;
}): GrantEngine | undefined {
  const { config } = options;
  const { vault, environments } = readSecretsConfig(
    config,
    options.environments.list(),
  );
  if (!vault) {
    return undefined;
  }
  const connection = readVaultConnection(
    config.getConfig('secrets.vault'),
    'secrets.vault',
  );
  const timeoutSeconds =
    config.getOptionalNumber('secrets.proof.timeoutSeconds') ?? 60;
  if (!(timeoutSeconds >= 1 && timeoutSeconds <= MAX_PROOF_SECONDS)) {
    throw new InputError(
      `secrets.proof.timeoutSeconds must be from 1 to ${MAX_PROOF_SECONDS}`,
    );
  }
  const tokens = new Map(
    (config.getOptionalConfigArray('secrets.clusters') ?? []).map(cluster => [
      cluster.getString('name'),
      cluster.getString('token'),
    ]),
  );
  return VaultGrantEngine.create({
    client: DefaultVaultClient.create(connection),
    uiUrl: vault.uiUrl,
    environments: environments.map(({ environment, mounts }) => ({
      mounts,
      cluster: environment.cluster,
      clusterToken: tokens.get(environment.cluster.name),
    })),
    proofs: JobProofRunner.create({
      settings: {
        image: config.getOptionalString('secrets.proof.image') ?? DEFAULT_IMAGE,
        vaultAddress: vault.podAddress,
        vaultNamespace: connection.namespace,
        timeoutSeconds,
      },
    }),
  });
}
