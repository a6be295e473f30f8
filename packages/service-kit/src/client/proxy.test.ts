import { proxyFor } from './proxy.ts';

describe('proxyFor', () => {
  const env = {
    HTTP_PROXY: 'http://127.0.2.1:8080',
    NO_PROXY: '127.0.0.1, localhost,.internal,db.example:5432,[::1]',
  };

  it.each([
    ['http://cart.production.svc.cluster.local:8080/carts', true],
    ['http://cart/', true],
    ['https://cart.production.svc.cluster.local', false],
    ['http://127.0.0.1:9000', false],
    ['http://localhost', false],
    ['http://mylocalhost', true],
    ['http://a.internal', false],
    ['http://internal', false],
    ['http://notinternal', true],
    ['http://db.example:5432', false],
    ['http://db.example', true],
  ])('%s: %p', (url, through) => {
    expect(proxyFor(new URL(url), env)?.origin).toBe(
      through ? 'http://127.0.2.1:8080' : undefined,
    );
  });

  it('is not used without HTTP_PROXY, nor with NO_PROXY=*', () => {
    const url = new URL('http://cart');
    expect(proxyFor(url, {})).toBeUndefined();
    expect(proxyFor(url, { ...env, NO_PROXY: '*' })).toBeUndefined();
  });

  it('knows the lower-case names, as curl does', () => {
    expect(
      proxyFor(new URL('http://cart'), { http_proxy: 'http://p:1' })?.origin,
    ).toBe('http://p:1');
  });
});
