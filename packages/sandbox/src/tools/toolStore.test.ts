import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ToolStore } from './toolStore.ts';

const repoRoot = resolve(import.meta.dirname, '../../../..');
let dir: string;
let calls: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'shopfloor-tools-'));
  calls = join(dir, 'calls');
  writeFileSync(calls, '');
});

afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** A real process in the place of `go`: notes what it was asked, and writes the program or fails. */
function compiler(body: string): string {
  const path = join(dir, 'go');
  writeFileSync(
    path,
    `#!/bin/sh
for package in "$@"; do :; done
echo "start $package" >> ${calls}
output="$4"
${body}
echo "end $package" >> ${calls}
`,
  );
  chmodSync(path, 0o755);
  return path;
}

const open = (go: string, mayBuild?: Promise<void>) =>
  ToolStore.create({
    repoRoot,
    cacheRoot: join(dir, 'cache'),
    go,
    // No programs on PATH but those of the shell.
    env: { PATH: '/usr/bin:/bin', GOMODCACHE: join(dir, 'modules') },
    provided: { bao: { path: '/opt/bao', version: '2.7.2' } },
    mayBuild,
  });

const built = () => readFileSync(calls, 'utf8').trim().split('\n');

it('builds what is missing, once, in its own order, and cleans up behind it', async () => {
  const store = await open(
    compiler(
      'mkdir -p "$GOCACHE"; echo x > "$GOCACHE/x"; echo program > "$output"',
    ),
  );
  expect(store.missing(['helm', 'etcd', 'bao'])).toEqual(['helm', 'etcd']);
  expect(() => store.path('etcd')).toThrow('etcd is not built yet');
  await Promise.all([
    store.ready({ tools: ['helm'] }),
    store.ready({ tools: ['etcd', 'helm'] }),
  ]);
  expect(built().filter(line => line.startsWith('start'))).toHaveLength(2);
  expect(existsSync(store.path('etcd'))).toBe(true);
  expect(store.path('bao')).toBe('/opt/bao');
  await store.stop();
  expect(readdirSync(join(dir, 'cache'))).toEqual(['tools']);

  const second = await open('/nowhere/go');
  await second.ready({ tools: ['helm', 'etcd'] });
});

it('lets two clones share one build', async () => {
  const go = compiler('sleep 0.3; echo program > "$output"');
  const told: string[] = [];
  const first = await open(go);
  const second = await open(go);
  await Promise.all([
    first.ready({ tools: ['etcd'] }),
    second.ready({ tools: ['etcd'], onProgress: text => told.push(text) }),
  ]);
  expect(built()).toEqual([
    'start go.etcd.io/etcd/server/v3',
    'end go.etcd.io/etcd/server/v3',
  ]);
  expect(told.some(text => text.startsWith('another clone builds'))).toBe(true);
});

it('says why a build failed, keeps nothing half-made, and tries again when asked again', async () => {
  const store = await open(
    compiler(
      'echo half > "$output"; echo "no space left on device" >&2; exit 1',
    ),
  );
  await expect(store.ready({ tools: ['etcd'] })).rejects.toThrow(
    'The disk is full',
  );
  expect(store.missing(['etcd'])).toEqual(['etcd']);
  compiler('echo program > "$output"');
  await store.ready({ tools: ['etcd'] });
  expect(readFileSync(store.path('etcd'), 'utf8')).toBe('program\n');
});

it('begins to build when it may, and stops a build that is not wanted any more', async () => {
  let letBuild = (): void => {};
  const store = await open(
    compiler('sleep 60'),
    new Promise(resolvePromise => {
      letBuild = resolvePromise;
    }),
  );
  const stopping = new AbortController();
  const ready = store.ready({ tools: ['etcd'], signal: stopping.signal });
  ready.catch(() => {});
  await new Promise(resolvePromise => setTimeout(resolvePromise, 200));
  expect(readFileSync(calls, 'utf8')).toBe('');
  letBuild();
  while (readFileSync(calls, 'utf8') === '') {
    await new Promise(resolvePromise => setTimeout(resolvePromise, 20));
  }
  stopping.abort();
  await expect(ready).rejects.toThrow('stopped');
  await store.stop();
  expect(built()).toEqual(['start go.etcd.io/etcd/server/v3']);
});
