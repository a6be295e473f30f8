import type { Pod } from '../kubernetes/types.ts';
import { parseImage } from './image.ts';
import { sidecarOf, wantsSidecar, workloadEntryOf } from './meshObjects.ts';
import { targetsOf } from './targets.ts';

const pod: Pod = {
  metadata: {
    name: 'products-v1-abc',
    namespace: 'production',
    uid: 'u1',
    labels: { app: 'products', version: 'v1' },
  },
  spec: {
    serviceAccountName: 'products',
    containers: [
      {
        name: 'products',
        image: 'i',
        ports: [{ name: 'http', containerPort: 8080 }],
      },
    ],
  },
};
const ports = {
  app: { 8080: 9000 },
  inbound: { 8080: 9001 },
  admin: 9002,
  status: 9003,
};
const options = { pod, ports, egressAddress: '127.91.0.2' };

describe('objects of a pod in the mesh', () => {
  it("names the proxy's port as the endpoint, never the program's", () => {
    expect(workloadEntryOf(options).spec).toEqual({
      address: '127.0.0.1',
      labels: {
        app: 'products',
        version: 'v1',
        'shopfloor.dev/pod': 'products-v1-abc',
      },
      serviceAccount: 'products',
      ports: { http: 9001 },
    });
  });

  it('listens for one pod alone, on loopback alone', () => {
    expect(sidecarOf(options).spec).toEqual({
      workloadSelector: { labels: { 'shopfloor.dev/pod': 'products-v1-abc' } },
      ingress: [
        {
          port: { number: 9001, name: 'http', protocol: 'HTTP' },
          bind: '127.0.0.1',
          defaultEndpoint: '127.0.0.1:9000',
        },
      ],
      egress: [
        {
          port: { number: 8080, name: 'http', protocol: 'HTTP' },
          bind: '127.91.0.2',
          hosts: ['./*', 'istio-system/*'],
        },
      ],
    });
  });

  it('goes with its pod', () => {
    expect(sidecarOf(options).metadata.ownerReferences).toEqual([
      { apiVersion: 'v1', kind: 'Pod', name: 'products-v1-abc', uid: 'u1' },
    ]);
  });

  it("leaves the proxy out where Istio's own annotation says so", () => {
    expect(wantsSidecar(pod)).toBe(true);
    const without = {
      ...pod,
      metadata: {
        ...pod.metadata,
        annotations: { 'sidecar.istio.io/inject': 'false' },
      },
    };
    expect(wantsSidecar(without)).toBe(false);
    expect(targetsOf(without, ports).envoy).toEqual([]);
  });

  it('tells Prometheus both the proxy and the program', () => {
    expect(targetsOf(pod, ports)).toEqual({
      envoy: [
        {
          targets: ['127.0.0.1:9002'],
          labels: {
            environment: 'production',
            version: 'v1',
            pod: 'products-v1-abc',
            source: 'products',
          },
        },
      ],
      service: [
        {
          targets: ['127.0.0.1:9000'],
          labels: {
            environment: 'production',
            version: 'v1',
            pod: 'products-v1-abc',
            service: 'products',
          },
        },
      ],
    });
  });
});

describe('image references', () => {
  it.each([
    ['shopfloor.local/products:1.0.0', { name: 'products', version: '1.0.0' }],
    ['docker.io/library/nginx:1', undefined],
    ['shopfloor.local/products', undefined],
    ['shopfloor.local/../etc:1', undefined],
    ['shopfloor.local/products:../../etc', undefined],
  ])('%s', (image, parsed) => {
    expect(parseImage(image)).toEqual(parsed);
  });
});
