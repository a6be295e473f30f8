import { ConfigReader } from '@backstage/config';
import { Entity } from '@backstage/catalog-model';
import { DefaultEnvironmentsService } from '@shopfloor/plugin-environments-node';

/** The environments `production` and `staging`, whose systems nobody asks. */
export const environments = DefaultEnvironmentsService.fromConfig(
  new ConfigReader({
    shopfloor: {
      clusters: [{ name: 'test', url: 'https://127.0.0.1:1' }],
      environments: ['production', 'staging'].map(name => ({
        name,
        production: name === 'production',
        cluster: 'test',
        namespace: name,
        prometheus: { url: 'http://127.0.0.1:1' },
        gateway: { url: 'http://127.0.0.1:1' },
      })),
    },
  }),
);

/** The service `orders`, which runs where it is told. */
export function orders(where: string): Entity {
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Component',
    metadata: {
      name: 'orders',
      annotations: {
        'backstage.io/kubernetes-id': 'orders',
        'shopfloor.dev/environments': where,
      },
    },
    spec: { type: 'service' },
  };
}
