import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { explain } from './goBuild.ts';
import { GO_PROGRAMS, goProgram } from './programs.ts';
import { cacheRoot, isBuilt, planBuild, requiredVersion } from './toolCache.ts';

const repoRoot = resolve(import.meta.dirname, '../../../..');
const plan = (name: Parameters<typeof goProgram>[0], platform?: string) =>
  planBuild({
    program: goProgram(name)!,
    repoRoot,
    cacheRoot: '/cache',
    platform,
  });

describe('planBuild', () => {
  it.each(GO_PROGRAMS.map(program => program.name))(
    'finds the pinned version of %s',
    name => {
      expect(plan(name).version).toMatch(/^\d+\.\d+\.\d+/);
    },
  );

  it('tells Kubernetes programs the version that clients compare', () => {
    const { args, version } = plan('kube-apiserver');
    const flags = args[args.indexOf('-ldflags') + 1];
    expect(flags).toContain(
      `-X k8s.io/component-base/version.gitVersion=v${version}`,
    );
    expect(flags).toContain('-X k8s.io/component-base/version.gitMajor=1');
  });

  it('knows Prometheus by its release, not by its module', () => {
    expect(goProgram('prometheus')!.displayVersion!('v0.310.0')).toBe('3.10.0');
    expect(goProgram('prometheus')!.displayVersion!('v0.305.1')).toBe('3.5.1');
  });

  it('gives each platform a folder of its own, and the same one every time', () => {
    expect(plan('etcd', 'linux-x64').dir).toBe(plan('etcd', 'linux-x64').dir);
    expect(plan('etcd', 'linux-arm64').dir).not.toBe(
      plan('etcd', 'linux-x64').dir,
    );
    expect(plan('etcd', 'linux-x64').dir).toMatch(
      /^\/cache\/tools\/etcd-3\.\d+\.\d+-linux-x64-[0-9a-f]{12}$/,
    );
  });

  it('counts a program as built only when it lies in its folder', () => {
    const cache = mkdtempSync(join(tmpdir(), 'shopfloor-cache-'));
    const build = planBuild({
      program: goProgram('helm')!,
      repoRoot,
      cacheRoot: cache,
    });
    expect(isBuilt(build)).toBe(false);
    expect(existsSync(build.dir)).toBe(false);
    rmSync(cache, { recursive: true });
  });
});

describe('requiredVersion', () => {
  it('reads both forms of go.mod and is not misled by longer names', () => {
    const goMod = `require (
	go.etcd.io/etcd/server/v3 v3.7.3 // indirect
	go.etcd.io/etcd v1.0.0
)
require example.com/one v2.0.1
`;
    expect(requiredVersion(goMod, 'go.etcd.io/etcd')).toBe('v1.0.0');
    expect(requiredVersion(goMod, 'go.etcd.io/etcd/server/v3')).toBe('v3.7.3');
    expect(requiredVersion(goMod, 'example.com/one')).toBe('v2.0.1');
    expect(() => requiredVersion(goMod, 'example.com/two')).toThrow(
      'No version of example.com/two in go.mod',
    );
  });
});

it('keeps the cache where the system wants caches', () => {
  expect(cacheRoot({ XDG_CACHE_HOME: '/c' })).toBe('/c/shopfloor');
});

describe('programs on PATH', () => {
  it.each([
    ['prometheus', 'prometheus, version 3.4.1 (branch: HEAD)', '3.4.1'],
    ['prometheus', 'prometheus, version 2.53.0 (branch: HEAD)', undefined],
    ['alertmanager', 'alertmanager, version 0.28.1 (branch)', '0.28.1'],
    ['alertmanager', 'alertmanager, version 0.27.0 (branch)', undefined],
    ['kubectl', '{"clientVersion": {"gitVersion": "v1.36.0"}}', '1.36.0'],
    ['kubectl', '{"clientVersion": {"gitVersion": "v1.32.4"}}', undefined],
  ] as const)('%s that says %j', (name, output, version) => {
    expect(goProgram(name)!.onPath!.accept(output)).toBe(version);
  });
});

describe('explain', () => {
  it.each([
    ['write /x: no space left on device', 'The disk is full'],
    [
      'dial tcp: lookup proxy.example on 1.1.1.1:53: no such host',
      'The Go module proxy cannot be reached',
    ],
    ['main.go:3: undefined: foo', 'go build failed'],
  ])('says what to do about %j', (output, words) => {
    expect(explain(output)).toContain(words);
    expect(explain(output)).toContain(output);
  });
});
