import { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import { Environment } from '@shopfloor/plugin-environments-common';
import { EnvironmentMounts, mountsOf } from '@shopfloor/plugin-secrets-common';

/** An environment in which secrets can be asked for. */
export interface SecretsEnvironmentConfig {
  environment: Environment;
  mounts: EnvironmentMounts;
  freeForm: boolean;
}

/** Configuration of the plugin, complete. `config.d.ts` says what each key means. */
export interface SecretsConfig {
  environments: SecretsEnvironmentConfig[];
  vault?: { address: string; uiUrl: string; podAddress: string };
  workSeconds: number;
  driftSeconds: number;
  graceSeconds: number;
}

/** Reads `secrets`; throws on a value that makes no sense, naming its key. */
export function readSecretsConfig(
  config: Config,
  environments: Environment[],
): SecretsConfig {
  const secrets = config.getOptionalConfig('secrets');
  const seen = new Set<string>();
  const positive = (key: string, fallback: number) => {
    const value = secrets?.getOptionalNumber(key) ?? fallback;
    if (!(value > 0)) {
      throw new InputError(`secrets.${key} must be more than 0`);
    }
    return value;
  };
  const address = secrets
    ?.getOptionalString('vault.address')
    ?.replace(/\/+$/, '');
  return {
    environments: (secrets?.getOptionalConfigArray('environments') ?? []).map(
      each => {
        const name = each.getString('name');
        const environment = environments.find(known => known.name === name);
        if (!environment) {
          throw new InputError(
            `secrets.environments names "${name}", which shopfloor.environments does not declare`,
          );
        }
        if (seen.has(name)) {
          throw new InputError(`secrets.environments names "${name}" twice`);
        }
        seen.add(name);
        return {
          environment,
          mounts: mountsOf(name, {
            kv: each.getOptionalString('kvMount') ?? environment.vault?.mount,
            database: each.getOptionalString('databaseMount'),
            pki: each.getOptionalString('pkiMount'),
            transit: each.getOptionalString('transitMount'),
            kubernetes: each.getOptionalString('kubernetesMount'),
            oidc: each.getOptionalString('oidcMount'),
          }),
          freeForm: each.getOptionalBoolean('freeForm') ?? false,
        };
      },
    ),
    ...(address && {
      vault: {
        address,
        uiUrl: (secrets?.getOptionalString('vault.uiUrl') ?? address).replace(
          /\/+$/,
          '',
        ),
        podAddress: secrets?.getOptionalString('vault.podAddress') ?? address,
      },
    }),
    workSeconds: positive('workSeconds', 2),
    driftSeconds: positive('driftSeconds', 60),
    graceSeconds: positive('graceSeconds', 300),
  };
}
