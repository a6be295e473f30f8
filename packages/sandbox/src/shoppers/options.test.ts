import { isLoopback, readShopperOptions } from './options.ts';

const read = (...args: string[]) =>
  readShopperOptions(args, { SHOPFLOOR_PORT_BASE: '20000' });

describe('readShopperOptions', () => {
  it('has gentle defaults and finds the gateway of this sandbox', () => {
    expect(read()).toMatchObject({
      rate: 5,
      minutes: 5,
      host: 'production.shop.localhost',
    });
    expect(read().gateway.href).toBe('http://127.0.0.1:21080/');
  });

  it('takes both spellings of a flag', () => {
    expect(
      read('--rate', '20.5', '--minutes=0.5', '--environment', 'staging'),
    ).toMatchObject({
      rate: 20.5,
      minutes: 0.5,
      host: 'staging.shop.localhost',
    });
  });

  it.each([
    [['--rate', '0'], /--rate must be a number above 0/],
    [['--rate', '-5'], /above 0/],
    [['--rate', 'fast'], /"fast"/],
    [['--rate', 'Infinity'], /above 0/],
    [['--rate', '2001'], /at most 2000/],
    [['--minutes', '121'], /at most 120/],
    [['--minutes'], /--minutes needs a value/],
    [['--until-stopped', '--rate', '21'], /at most 20/],
    [['--speed', '1'], /--speed is not known/],
    [['5'], /5 is not known/],
    [['--environment', 'a.b/c'], /name of an environment/],
  ])('refuses %p in clear words', (args, message) => {
    expect(() => read(...args)).toThrow(message);
  });

  it.each([
    'http://example.com',
    'http://10.0.0.1:8080',
    'http://localhost:8080',
    'http://127.0.0.1.example.com',
    'http://0.0.0.0:8080',
    'http://[::]:8080',
    'http://user@127.0.0.1:8080',
    'https://127.0.0.1:8080',
    'http://169.254.169.254',
    'nonsense',
  ])('never visits %s', gateway => {
    expect(() => read('--gateway', gateway)).toThrow(
      /shoppers only visit this machine/,
    );
  });
});

describe('isLoopback', () => {
  it.each([
    'http://127.0.0.1:1',
    'http://127.9.9.9',
    'http://[::1]:80',
    'http://2130706433',
  ])('knows %s as this machine', url => {
    expect(isLoopback(new URL(url))).toBe(true);
  });
});
