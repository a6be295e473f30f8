import fc from 'fast-check';
import { COUNTRIES, findAddressProblems, normaliseAddress } from './address.ts';

const base = { name: 'Grace Mensah', line1: '1 High Street', city: 'Town' };

describe('normaliseAddress', () => {
  it('drops stray spaces and what is empty, and writes postal codes in capitals', () => {
    expect(
      normaliseAddress({
        name: '  Grace   Mensah ',
        line1: '1 High Street',
        line2: '   ',
        city: 'London',
        region: '',
        postalCode: ' sw1a  1aa ',
        country: 'GB',
      }),
    ).toEqual({
      name: 'Grace Mensah',
      line1: '1 High Street',
      line2: undefined,
      city: 'London',
      region: undefined,
      postalCode: 'SW1A 1AA',
      country: 'GB',
    });
  });

  it('of a normalised address is the same', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (name, postalCode) => {
        const once = normaliseAddress({
          ...base,
          name,
          postalCode,
          country: 'DE',
        });
        expect(normaliseAddress(once)).toEqual(once);
      }),
    );
  });
});

describe('findAddressProblems', () => {
  it.each([
    ['DE', '10115'],
    ['GB', 'SW1A 1AA'],
    ['GB', 'M1 1AE'],
    ['GB', 'B338TH'],
    ['GB', 'GIR 0AA'],
    ['IE', 'D02 AF30'],
    ['NL', '1012 JS'],
    ['PT', '1000-001'],
    ['PL', '00-001'],
    ['SE', '111 20'],
    ['KW', '13001'],
    ['HK', undefined],
    ['AE', undefined],
  ])('takes %s with %s', (country, postalCode) => {
    expect(findAddressProblems({ ...base, country, postalCode })).toEqual([]);
  });

  it.each([
    ['US', '20500', 'DC'],
    ['US', '20500-0003', 'DC'],
    ['CA', 'K1A 0B1', 'ON'],
    ['JP', '100-0001', '東京都'],
    ['CN', '100000', '北京市'],
    ['AU', '2000', 'NSW'],
  ])('takes %s with %s in %s', (country, postalCode, region) => {
    expect(
      findAddressProblems({ ...base, country, postalCode, region }),
    ).toEqual([]);
  });

  it.each([
    [{ country: 'DE', postalCode: '1011' }, '/postalCode', '10115'],
    [{ country: 'DE' }, '/postalCode', 'is required'],
    [{ country: 'GB', postalCode: '12345' }, '/postalCode', 'SW1A 1AA'],
    [{ country: 'US', postalCode: '20500' }, '/region', 'is required'],
    [
      { country: 'JP', postalCode: '1000', region: '東京都' },
      '/postalCode',
      '100-0001',
    ],
    [{ country: 'XX' }, '/country', 'no country'],
    [{ country: 'DE', postalCode: '10115', city: '' }, '/city', 'empty'],
  ])('refuses %j at %s', (address, field, words) => {
    const problems = findAddressProblems({ ...base, ...address });
    expect(problems).toEqual([
      { in: 'body', field, message: expect.stringContaining(words) },
    ]);
  });

  it('shows an example that it would take, for every country', () => {
    expect(COUNTRIES.length).toBeGreaterThan(50);
    for (const country of COUNTRIES) {
      const [problem] = findAddressProblems({
        ...base,
        country,
        postalCode: '-',
        region: 'X',
      });
      const example = /must look like (.+)$/.exec(problem?.message ?? '')?.[1];
      expect([
        country,
        findAddressProblems({
          ...base,
          country,
          postalCode: example,
          region: 'X',
        }),
      ]).toEqual([country, []]);
    }
  });
});
