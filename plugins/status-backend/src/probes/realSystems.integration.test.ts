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
  const ask = (kind: ProbeKind, url: string) =>
    createProbe({ name: kind, kind, url } as SystemConfig, {} as Knex)!.ask(
      AbortSignal.timeout(5000),
    );

  it.each<[ProbeKind, number]>([
    ['etcd', 79],
    ['prometheus', 90],
    ['alertmanager', 93],
    ['istiod', 113],
    ['vault', 200],
  ])('%s is well and tells its version', async (kind, offset) => {
    await expect(ask(kind, address(offset))).resolves.toEqual({
      version: expect.stringMatching(/^v?\d+\.\d+/),
    });
  });

  it('the sign-in provider, the gateway and the database are well', async () => {
    await expect(
      Promise.all([
        ask('openid', address(10, '/.well-known/openid-configuration')),
        ask('http', address(1082, '/healthz/ready')),
        ask('tcp', address(32, '', 'tcp')),
      ]),
    ).resolves.toEqual([{}, {}, {}]);
  });
});
