import type { FieldProblem } from '@shopfloor/service-kit';
import type { PostalAddress } from './types.ts';

/** What is checked of an address in one country. */
interface CountryRule {
  /** Of the whole postal code, in capitals. Absent: the country has none, or none worth checking. */
  postalCode?: RegExp;
  /** A code that fits, to show. */
  example?: string;
  /** Whether a parcel needs a state, province or prefecture. */
  regionNeeded?: boolean;
}

const digits = (count: number, example: string): CountryRule => ({
  postalCode: new RegExp(`^\\d{${count}}$`),
  example,
});

const threeTwo = (example: string): CountryRule => ({
  postalCode: /^\d{3} ?\d{2}$/,
  example,
});

/**
 * The countries that the shop delivers to. Postal codes by the formats that the
 * Universal Postal Union lists; light on purpose, since a wrong refusal costs an
 * order and the carrier checks anyway.
 */
const RULES: Readonly<Record<string, CountryRule>> = {
  AD: { postalCode: /^AD\d{3}$/, example: 'AD500' },
  AE: {},
  AT: digits(4, '1010'),
  AU: { ...digits(4, '2000'), regionNeeded: true },
  BE: digits(4, '1000'),
  BG: digits(4, '1000'),
  BH: {},
  CA: {
    postalCode: /^[A-Z]\d[A-Z] ?\d[A-Z]\d$/,
    example: 'K1A 0B1',
    regionNeeded: true,
  },
  CH: digits(4, '8001'),
  CN: { ...digits(6, '100000'), regionNeeded: true },
  CY: digits(4, '1010'),
  CZ: threeTwo('110 00'),
  DE: digits(5, '10115'),
  DK: digits(4, '1050'),
  EE: digits(5, '10111'),
  ES: digits(5, '28001'),
  FI: digits(5, '00100'),
  FR: digits(5, '75001'),
  GB: {
    postalCode: /^(GIR ?0AA|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2})$/,
    example: 'SW1A 1AA',
  },
  GR: threeTwo('104 31'),
  HK: {},
  HR: digits(5, '10000'),
  HU: digits(4, '1011'),
  IE: { postalCode: /^[A-Z]\d[\dW] ?[A-Z\d]{4}$/, example: 'D02 AF30' },
  IS: digits(3, '101'),
  IT: digits(5, '00118'),
  JP: {
    postalCode: /^\d{3}-?\d{4}$/,
    example: '100-0001',
    regionNeeded: true,
  },
  KR: digits(5, '03051'),
  KW: digits(5, '13001'),
  LI: digits(4, '9490'),
  LT: { postalCode: /^(LT-)?\d{5}$/, example: 'LT-01100' },
  LU: { postalCode: /^(L-)?\d{4}$/, example: 'L-1009' },
  LV: { postalCode: /^(LV-)?\d{4}$/, example: 'LV-1050' },
  MC: { postalCode: /^980\d{2}$/, example: '98000' },
  MO: {},
  MT: { postalCode: /^[A-Z]{3} ?\d{4}$/, example: 'VLT 1117' },
  MX: { ...digits(5, '06000'), regionNeeded: true },
  MY: digits(5, '50000'),
  NL: { postalCode: /^\d{4} ?[A-Z]{2}$/, example: '1012 JS' },
  NO: digits(4, '0150'),
  NZ: digits(4, '6011'),
  OM: digits(3, '100'),
  PL: { postalCode: /^\d{2}-\d{3}$/, example: '00-001' },
  PT: { postalCode: /^\d{4}-\d{3}$/, example: '1000-001' },
  QA: {},
  RO: digits(6, '010011'),
  SA: { postalCode: /^\d{5}(-\d{4})?$/, example: '11564' },
  SE: threeTwo('111 20'),
  SG: digits(6, '018956'),
  SI: { postalCode: /^(SI-)?\d{4}$/, example: '1000' },
  SK: threeTwo('811 01'),
  SM: { postalCode: /^4789\d$/, example: '47890' },
  TH: digits(5, '10100'),
  TW: { postalCode: /^\d{3}(\d{2,3})?$/, example: '100' },
  US: {
    postalCode: /^\d{5}(-\d{4})?$/,
    example: '20500',
    regionNeeded: true,
  },
};

/** Countries that have a rule. */
export const COUNTRIES: readonly string[] = Object.keys(RULES);

const tidy = (text: string): string => text.trim().replace(/\s+/g, ' ');

/** The address as it is kept: no stray spaces, postal codes in capitals, nothing empty. */
export function normaliseAddress<T extends PostalAddress>(address: T): T {
  const optional = (text: string | undefined) => tidy(text ?? '') || undefined;
  return {
    ...address,
    name: tidy(address.name),
    line1: tidy(address.line1),
    line2: optional(address.line2),
    city: tidy(address.city),
    region: optional(address.region),
    postalCode: optional(address.postalCode)?.toUpperCase(),
  };
}

/** What is wrong with a normalised address; nothing when it can be delivered to as far as one can see. */
export function findAddressProblems(address: PostalAddress): FieldProblem[] {
  const problems: FieldProblem[] = [];
  const tell = (field: keyof PostalAddress, message: string) =>
    problems.push({ in: 'body', field: `/${field}`, message });
  for (const field of ['name', 'line1', 'city'] as const) {
    if (address[field] === '') {
      tell(field, 'must not be empty');
    }
  }
  const rule = RULES[address.country];
  if (!rule) {
    tell('country', 'is no country that the shop delivers to');
    return problems;
  }
  if (rule.postalCode) {
    if (address.postalCode === undefined) {
      tell('postalCode', `is required here, such as ${rule.example}`);
    } else if (!rule.postalCode.test(address.postalCode)) {
      tell('postalCode', `must look like ${rule.example}`);
    }
  }
  if (rule.regionNeeded && address.region === undefined) {
    tell('region', 'is required here: the state, province or prefecture');
  }
  return problems;
}
