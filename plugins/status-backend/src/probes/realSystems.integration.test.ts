import { Knex } from 'knex';
import { ProbeKind } from '@shopfloor/plugin-status-common';
import { SystemConfig } from '../config';
import { createProbe } from './createProbe';

jest.setTimeout(60_000);

function address(offset: number, path = '', scheme = 'http'): string {
  const base = process.env.SHOPFLOOR_TEST_PORT_BASE;
  if (!base) {
    throw new Error(
      'SHOPFLOOR_TEST_PORT_BASE is not set; npm test starts a sandbox and sets it',
    );
  }
  return `${scheme}://127.0.0.1:${Number(base) + offset}${path}`;
}

/** Offsets as docs/reference/contracts.md lists them. */
describe('the systems of the sandbox', () => {
  it.each<[ProbeKind, () => string, boolean]>([
    ['openid', () => address(10, '/.well-known/openid-configuration'), false],
    ['etcd', () => address(79), true],
    ['prometheus', () => address(90), true],
    ['alertmanager', () => address(93), true],
    ['istiod', () => address(113), true],
    ['vault', () => address(200), true],
    ['http', () => address(1082, '/healthz/ready'), false],
    ['tcp', () => address(32, '', 'tcp'), false],
  ])('%s is well', async (kind, url, hasVersion) => {
    const probe = createProbe(
      { name: kind, kind, url: url() } as SystemConfig,
      {} as Knex,
    )!;
    await expect(probe.ask(AbortSignal.timeout(5000))).resolves.toEqual(
      hasVersion ? { version: expect.stringMatching(/^v?\d+\.\d+/) } : {},
    );
  });
});
