import * as fc from 'fast-check';
import type { Pod, Volume, VolumeMount } from '../kubernetes/types.ts';
import { mountedVolumes, rewritePaths } from './mountPaths.ts';

const mounts = [
  { mountPath: '/vault/secrets', folder: '/pods/a/secrets' },
  { mountPath: '/vault', folder: '/pods/a/vault' },
];

describe('paths of volumes', () => {
  it.each([
    ['/vault/secrets', '/pods/a/secrets'],
    ['/vault/secrets/', '/pods/a/secrets/'],
    ['/vault/secrets/database-url', '/pods/a/secrets/database-url'],
    ['-config=/vault/agent.json', '-config=/pods/a/vault/agent.json'],
    ['{"path":"/vault/secrets/a"}', '{"path":"/pods/a/secrets/a"}'],
    ['file:///vault/secrets/a', 'file:///pods/a/secrets/a'],
    [
      '/vault/a:/vault/secrets/b,/vault/c',
      '/pods/a/vault/a:/pods/a/secrets/b,/pods/a/vault/c',
    ],
    // Not the mount /vault/secrets, but below /vault.
    ['/vault/secrets-old', '/pods/a/vault/secrets-old'],
    ['first\n/vault/a\n', 'first\n/pods/a/vault/a\n'],
  ])('are replaced in %p', (text, expected) => {
    expect(rewritePaths(text, mounts)).toBe(expected);
  });

  it.each([
    '/vaults/secrets',
    '/mnt/vault/secrets',
    'https://vault.example/vault/secrets',
    'production/vault/secrets',
    '/vault.d/a',
  ])('are left alone in %p', text => {
    expect(rewritePaths(text, mounts)).toBe(text);
  });

  it('take regular expressions in a path as text', () => {
    const odd = [{ mountPath: '/a.b+c', folder: '/f' }];
    expect(rewritePaths('/a.b+c/d /axb+c', odd)).toBe('/f/d /axb+c');
  });

  it('are replaced whatever stands around them, and nothing else is', () => {
    const around = fc.constantFrom(' ', '"', "'", '=', ',', ':', '\n', '', '(');
    fc.assert(
      fc.property(
        fc.array(fc.tuple(around, fc.stringMatching(/^\/[a-z]{1,5}$/))),
        parts => {
          const text = parts
            .map(([gap, path]) => `${gap || ' '}${path}`)
            .join('');
          const expected = parts
            .map(
              ([gap, path]) =>
                `${gap || ' '}${path === '/vault' ? '/pods/a/vault' : path}`,
            )
            .join('');
          expect(rewritePaths(text, mounts)).toBe(expected);
        },
      ),
    );
  });
});

describe('volumes of a container', () => {
  const mountsOf = (volumes: Volume[], volumeMounts: VolumeMount[]) => {
    const container = { name: 'main', image: '', volumeMounts };
    const pod: Pod = {
      metadata: { name: 'p' },
      spec: { containers: [container], volumes },
    };
    return mountedVolumes({ pod, container, directory: '/d' }).map(
      ({ mount }) => mount,
    );
  };

  it('share an emptyDir and have the rest to themselves', () => {
    expect(
      mountsOf(
        [
          { name: 'both', emptyDir: {} },
          { name: 'config', configMap: { name: 'c' } },
        ],
        [
          { name: 'both', mountPath: '/both/' },
          { name: 'config', mountPath: '/config' },
        ],
      ),
    ).toEqual([
      { mountPath: '/both', folder: '/d/shared/both' },
      { mountPath: '/config', folder: '/d/containers/main/config' },
    ]);
  });

  it('leave out the token for the API server, which admission adds to every pod', () => {
    expect(
      mountsOf(
        [],
        [
          {
            name: 'kube-api-access-x',
            mountPath: '/var/run/secrets/kubernetes.io/serviceaccount',
          },
        ],
      ),
    ).toEqual([]);
  });

  it.each([
    ['of a kind that the node has not', { name: 'v', hostPath: {} }, {}],
    ['that the pod does not declare', { name: 'other', emptyDir: {} }, {}],
    [
      'of which only a part is wanted',
      { name: 'v', emptyDir: {} },
      { subPath: 'a' },
    ],
  ])('refuse one %s', (_what, volume, more) => {
    expect(() =>
      mountsOf([volume as Volume], [{ name: 'v', mountPath: '/v', ...more }]),
    ).toThrow('volume "v": this node agent knows emptyDir, configMap');
  });
});
