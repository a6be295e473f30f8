import { DestinationRule, VirtualService } from './istio';

/** The mesh objects of `products` as the chart makes them, for tests. */
export function exampleVirtualService(): VirtualService {
  return {
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    metadata: {
      name: 'products',
      namespace: 'production',
      resourceVersion: '41',
      labels: { app: 'products' },
      annotations: { 'example.org/team': 'merchandising' },
    },
    spec: {
      hosts: [
        'products.production.svc.cluster.local',
        'production.shop.localhost',
      ],
      gateways: ['mesh', 'istio-system/shop'],
      http: [
        {
          timeout: '2s',
          retries: { attempts: 2, retryOn: 'connect-failure' },
          route: [
            {
              destination: {
                host: 'products.production.svc.cluster.local',
                subset: 'v1',
                port: { number: 8080 },
              },
              weight: 100,
            },
            {
              destination: {
                host: 'products.production.svc.cluster.local',
                subset: 'v2',
                port: { number: 8080 },
              },
              weight: 0,
              headers: { response: { set: { 'x-version': '2' } } },
            },
          ],
        },
      ],
    },
  };
}

/** See {@link exampleVirtualService}. */
export function exampleDestinationRule(): DestinationRule {
  return {
    apiVersion: 'networking.istio.io/v1',
    kind: 'DestinationRule',
    metadata: { name: 'products', namespace: 'production' },
    spec: {
      host: 'products.production.svc.cluster.local',
      subsets: [
        { name: 'v1', labels: { version: 'v1' } },
        { name: 'v2', labels: { version: 'v2' } },
      ],
    },
  };
}
