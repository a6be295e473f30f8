import { ConfigReader } from '@backstage/config';
import { readVaultConnection } from './readVaultConnection';

const read = (config: object) =>
  readVaultConnection(new ConfigReader(config as never), 'secrets.vault');

const address = 'http://vault:8200/';

describe('the connection', () => {
  it('is read with each way to log in', () => {
    expect(
      read({
        address,
        namespace: 'shop',
        auth: { appRole: { roleIdFile: '/r', secretIdFile: '/s' } },
      }),
    ).toEqual({
      address: 'http://vault:8200',
      namespace: 'shop',
      auth: {
        kind: 'approle',
        mount: 'approle',
        roleIdFile: '/r',
        secretIdFile: '/s',
      },
    });
    expect(
      read({ address, auth: { kubernetes: { role: 'a', tokenFile: '/t' } } })
        .auth,
    ).toEqual({
      kind: 'kubernetes',
      mount: 'kubernetes-portal',
      role: 'a',
      tokenFile: '/t',
    });
    expect(read({ address, auth: { tokenFile: '/t' } }).auth).toEqual({
      kind: 'token-file',
      tokenFile: '/t',
    });
  });

  it.each([
    [{ address: 'vault', auth: { tokenFile: '/t' } }, 'secrets.vault.address'],
    [{ address, auth: {} }, 'secrets.vault.auth needs exactly one of'],
    [
      {
        address,
        auth: { tokenFile: '/t', kubernetes: { role: 'a', tokenFile: '/t' } },
      },
      'kubernetes and tokenFile',
    ],
  ])('is refused when it makes no sense: %j', (config, words) => {
    expect(() => read(config)).toThrow(words);
  });
});
