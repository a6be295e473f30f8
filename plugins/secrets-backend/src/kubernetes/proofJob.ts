import { VAULT_AUDIENCE } from '@shopfloor/plugin-secrets-common';
import { ProofOrder } from './ProofRunner';

/** What the platform settles about proofs. The admission policy of the cluster holds the backend to it. */
export interface ProofSettings {
  /** Of packages/secret-proof. */
  image: string;
  /** Address of Vault as pods reach it. */
  vaultAddress: string;
  vaultNamespace?: string;
  /** After which a Job that did not end counts as none. At most 120. */
  timeoutSeconds: number;
}

const TOKEN_FOLDER = '/var/run/secrets/vault';

/** The Job that proves a grant: `platform/identity/rbac/secrets-admission.yaml` allows this shape and no other. */
export function proofJob(options: {
  name: string;
  order: ProofOrder;
  settings: ProofSettings;
}): object {
  const { name, order, settings } = options;
  const { vaultNamespace } = settings;
  const labels = {
    'app.kubernetes.io/name': 'secret-proof',
    'app.kubernetes.io/managed-by': 'shopfloor-secrets',
  };
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, namespace: order.namespace, labels },
    spec: {
      backoffLimit: 0,
      parallelism: 1,
      completions: 1,
      activeDeadlineSeconds: settings.timeoutSeconds,
      ttlSecondsAfterFinished: 600,
      template: {
        metadata: {
          // It speaks to Vault, which is outside the mesh, and has to end.
          labels: { ...labels, 'sidecar.istio.io/inject': 'false' },
          annotations: { 'sidecar.istio.io/inject': 'false' },
        },
        spec: {
          restartPolicy: 'Never',
          serviceAccountName: order.serviceAccount,
          automountServiceAccountToken: false,
          containers: [
            {
              name: 'proof',
              image: settings.image,
              env: Object.entries({
                VAULT_ADDR: settings.vaultAddress,
                ...(vaultNamespace && { VAULT_NAMESPACE: vaultNamespace }),
                PROOF_MOUNT: order.mount,
                PROOF_ROLE: order.role,
                PROOF_TOKEN_FILE: `${TOKEN_FOLDER}/token`,
                PROOF_PROBES: JSON.stringify(
                  order.probes.map(({ path, capability }) => ({
                    path,
                    capability,
                  })),
                ),
              }).map(([key, value]) => ({ name: key, value })),
              resources: {
                requests: { cpu: '10m', memory: '64Mi' },
                limits: { memory: '128Mi' },
              },
              securityContext: {
                allowPrivilegeEscalation: false,
                readOnlyRootFilesystem: true,
                runAsNonRoot: true,
                capabilities: { drop: ['ALL'] },
              },
              volumeMounts: [
                {
                  name: 'vault-token',
                  mountPath: TOKEN_FOLDER,
                  readOnly: true,
                },
              ],
            },
          ],
          volumes: [
            {
              name: 'vault-token',
              projected: {
                sources: [
                  {
                    serviceAccountToken: {
                      audience: VAULT_AUDIENCE,
                      expirationSeconds: 600,
                      path: 'token',
                    },
                  },
                ],
              },
            },
          ],
        },
      },
    },
  };
}
