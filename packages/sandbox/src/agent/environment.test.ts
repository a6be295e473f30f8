import type { Container, Pod } from '../kubernetes/types.ts';
import {
  ConfigMissingError,
  expand,
  referencedConfig,
  resolveEnvironment,
} from './environment.ts';

const pod: Pod = {
  metadata: {
    name: 'products-1',
    namespace: 'staging',
    uid: 'u',
    labels: { version: 'v2' },
  },
  spec: {
    containers: [],
    nodeName: 'shopfloor-1',
    serviceAccountName: 'products',
  },
};

const base64 = (text: string) => Buffer.from(text).toString('base64');

function resolve(container: Partial<Container>) {
  return resolveEnvironment({
    pod,
    container: { name: 'main', image: '', ...container },
    base: { PATH: '/bin', OVERRIDDEN: 'base' },
    podIp: '10.244.0.2',
    hostIp: '127.0.0.1',
    sources: {
      configMap: name =>
        name === 'settings'
          ? {
              apiVersion: 'v1',
              kind: 'ConfigMap',
              metadata: { name },
              data: { LEVEL: 'debug', OVERRIDDEN: 'map' },
            }
          : undefined,
      secret: name =>
        name === 'database'
          ? {
              apiVersion: 'v1',
              kind: 'Secret',
              metadata: { name },
              data: { URL: base64('postgresql://ü') },
            }
          : undefined,
    },
  });
}

describe('environment of a container', () => {
  it('lets envFrom win over the base and env over both', () => {
    expect(
      resolve({
        envFrom: [
          { configMapRef: { name: 'settings' } },
          { prefix: 'DB_', secretRef: { name: 'database' } },
        ],
        env: [{ name: 'LEVEL', value: 'info' }],
      }),
    ).toEqual({
      PATH: '/bin',
      OVERRIDDEN: 'map',
      LEVEL: 'info',
      DB_URL: 'postgresql://ü',
    });
  });

  it('reads keys, fields, labels and earlier variables', () => {
    expect(
      resolve({
        env: [
          {
            name: 'URL',
            valueFrom: { secretKeyRef: { name: 'database', key: 'URL' } },
          },
          {
            name: 'IP',
            valueFrom: { fieldRef: { fieldPath: 'status.podIP' } },
          },
          {
            name: 'VERSION',
            valueFrom: {
              fieldRef: { fieldPath: "metadata.labels['version']" },
            },
          },
          { name: 'WHERE', value: '$(IP):$(VERSION)' },
        ],
      }),
    ).toMatchObject({
      URL: 'postgresql://ü',
      IP: '10.244.0.2',
      VERSION: 'v2',
      WHERE: '10.244.0.2:v2',
    });
  });

  it('does not expand what comes out of a secret', () => {
    expect(expand('a $(X) $$(X) $(Y)', { X: '1' })).toBe('a 1 $(X) $(Y)');
  });

  it('names what is missing in the words of Kubernetes', () => {
    const missing = (env: Container['env']) => () => resolve({ env });
    expect(
      missing([
        { name: 'A', valueFrom: { secretKeyRef: { name: 'nope', key: 'k' } } },
      ]),
    ).toThrow(new ConfigMissingError('secret "nope" not found'));
    expect(
      missing([
        {
          name: 'A',
          valueFrom: { configMapKeyRef: { name: 'settings', key: 'k' } },
        },
      ]),
    ).toThrow(
      new ConfigMissingError(
        "couldn't find key k in configmap staging/settings",
      ),
    );
    expect(() =>
      resolve({ envFrom: [{ secretRef: { name: 'nope' } }] }),
    ).toThrow('secret "nope" not found');
  });

  it('goes on without what is optional', () => {
    expect(
      resolve({
        envFrom: [{ secretRef: { name: 'nope', optional: true } }],
        env: [
          {
            name: 'A',
            valueFrom: {
              secretKeyRef: { name: 'nope', key: 'k', optional: true },
            },
          },
        ],
      }),
    ).not.toHaveProperty('A');
  });

  it('knows beforehand what has to be fetched', () => {
    expect(
      referencedConfig({
        name: 'main',
        image: '',
        envFrom: [{ configMapRef: { name: 'settings' } }],
        env: [
          {
            name: 'A',
            valueFrom: { secretKeyRef: { name: 'database', key: 'k' } },
          },
        ],
      }),
    ).toEqual({ configMaps: ['settings'], secrets: ['database'] });
  });
});
