import { createHmac } from 'node:crypto';
import type { lookup as dnsLookup } from 'node:dns';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { isPublicAddress } from './publicAddress.ts';
import { SecretBox } from './SecretBox.ts';
import { createWebhookSecret, signatureHeaders } from './signature.ts';
import { WebhookSender } from './WebhookSender.ts';
import { webhookUrlProblem } from './webhookUrl.ts';

describe('an address', () => {
  it.each([
    '8.8.8.8',
    '172.15.255.255',
    '172.32.0.1',
    '100.63.255.255',
    '100.128.0.0',
    '2606:4700:4700::1111',
    '2a00:1450:4001:81b::200e',
  ])('%s is public', address => {
    expect(isPublicAddress(address)).toBe(true);
  });

  it.each([
    '127.0.0.1',
    '127.255.255.254',
    '0.0.0.0',
    '10.1.2.3',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:8.8.8.8',
    '::ffff:a9fe:a9fe',
    '::7f00:1',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    'fc00::1',
    'fd12:3456::1',
    'fe80::1',
    'ff02::1',
    '2001:db8::1',
    'localhost',
    '',
  ])('%s is not', address => {
    expect(isPublicAddress(address)).toBe(false);
  });
});

describe('the URL of a receiver', () => {
  const rules = { trustedHosts: new Set(['127.0.0.2', 'hooks.test']) };

  it.each([
    'https://example.com/hook?x=1',
    'https://example.com:8443/',
    'https://8.8.8.8/',
    'http://127.0.0.2:9999/hook',
    'http://hooks.test/',
  ])('%s is taken', url => {
    expect(webhookUrlProblem(url, rules)).toBeUndefined();
  });

  it.each([
    ['x', 'must be a URL'],
    ['http://example.com/', 'must begin with https:'],
    ['ftp://127.0.0.2/', 'must begin with https:'],
    ['https://u:p@example.com/', 'must not contain a name or a password'],
    ['https://example.com/#a', 'must not contain a fragment'],
    ['https://example.com:22/', 'must be on port 443 or 8443'],
    ['https://localhost/', 'must be on the public Internet'],
    [
      'https://orders.production.svc.cluster.local/',
      'must be on the public Internet',
    ],
    ['https://metadata.internal./', 'must be on the public Internet'],
    ['https://[::1]/', 'must be on the public Internet'],
    ['https://[::ffff:127.0.0.1]/', 'must be on the public Internet'],
    ['https://2130706433/', 'must be on the public Internet'],
    ['https://0x7f.1/', 'must be on the public Internet'],
    ['https://intranet/', 'must be on the public Internet'],
    ['https://orders/', 'must be a full host name'],
  ])('%s %s', (url, problem) => {
    expect(webhookUrlProblem(url, rules)).toBe(problem);
  });
});

it('a signature is what Standard Webhooks says, by each valid secret', () => {
  // The example of the specification's own test vectors.
  const headers = signatureHeaders(
    {
      id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      timestampSeconds: 1_614_265_330,
      body: '{"test": 2432232314}',
    },
    ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'whsec_AAAA'],
  );
  const second = createHmac('sha256', Buffer.from('AAAA', 'base64'))
    .update('msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330.{"test": 2432232314}')
    .digest('base64');
  expect(headers).toEqual({
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': `v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE= v1,${second}`,
  });
});

it('a sealed secret opens with its key and for its row alone', () => {
  const box = SecretBox.create({ key: 'k' });
  const secret = createWebhookSecret();
  const sealed = box.seal(secret, 'row-1');
  expect(sealed.toString('latin1')).not.toContain(secret);
  expect(box.open(sealed, 'row-1')).toBe(secret);
  expect(() => box.open(sealed, 'row-2')).toThrow();
  expect(() =>
    SecretBox.create({ key: 'other' }).open(sealed, 'row-1'),
  ).toThrow();
});

describe('a delivery', () => {
  let server: Server;
  let answer: (path: string) => {
    status: number;
    location?: string;
    hang?: boolean;
  };
  const seen: string[] = [];
  let port: number;

  beforeAll(async () => {
    server = createServer((request, response) => {
      seen.push(`${request.method} ${request.headers.host} ${request.url}`);
      const { status, location, hang } = answer(request.url!);
      if (!hang) {
        response
          .writeHead(status, location ? { location } : {})
          .end('x'.repeat(200_000));
      }
    });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    ({ port } = server.address() as AddressInfo);
  });
  afterAll(() => {
    server.close();
    server.closeAllConnections();
  });
  beforeEach(() => {
    seen.length = 0;
    answer = () => ({ status: 204 });
  });

  /** Resolves every name to these, as an attacker's server of names may. */
  const resolving = (...addresses: string[]) =>
    ((_host: string, _options: object, done: (...found: unknown[]) => void) =>
      done(
        null,
        addresses.map(address => ({ address, family: 4 })),
      )) as unknown as typeof dnsLookup;

  const send = (
    url: string,
    options: { trusted?: string[]; lookup?: typeof dnsLookup } = {},
  ) =>
    WebhookSender.create({
      rules: { trustedHosts: new Set(options.trusted ?? []) },
      timeoutMs: 300,
      lookup: options.lookup,
    }).send({ url, headers: { 'webhook-id': '1' }, body: '{}' });

  it('reaches a trusted host', async () => {
    const url = `http://hooks.test:${port}/a`;
    expect(
      await send(url, {
        trusted: ['hooks.test'],
        lookup: resolving('127.0.0.1'),
      }),
    ).toEqual({ ok: true, status: 204 });
    expect(seen).toEqual([`POST hooks.test:${port} /a`]);
  });

  it('never reaches inside by a name, however it resolves', async () => {
    for (const addresses of [['127.0.0.1'], ['8.8.8.8', '10.0.0.1'], []]) {
      expect(
        await send('https://evil.example/', {
          lookup: resolving(...addresses),
        }),
      ).toEqual({ ok: false, failure: 'address-not-allowed' });
    }
    expect(await send('https://127.0.0.1/')).toEqual({
      ok: false,
      failure: 'address-not-allowed',
    });
    expect(seen).toEqual([]);
  });

  it('follows no redirect, and waits for nobody', async () => {
    const trusted = ['127.0.0.1'];
    answer = () => ({
      status: 302,
      location: `http://127.0.0.1:${port}/inside`,
    });
    expect(await send(`http://127.0.0.1:${port}/`, { trusted })).toEqual({
      ok: false,
      status: 302,
      failure: 'status-302',
      gone: false,
    });
    expect(seen).toHaveLength(1);
    answer = () => ({ status: 410 });
    expect(await send(`http://127.0.0.1:${port}/`, { trusted })).toMatchObject({
      gone: true,
    });
    answer = () => ({ status: 200, hang: true });
    expect(await send(`http://127.0.0.1:${port}/`, { trusted })).toEqual({
      ok: false,
      failure: 'timeout',
    });
    expect(await send('http://127.0.0.1:1/', { trusted })).toEqual({
      ok: false,
      failure: 'no-connection',
    });
  });
});
