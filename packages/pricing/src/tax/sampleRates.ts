import { type TaxRule, type TaxTable, taxTableOf } from './TaxTable.ts';

/**
 * Sample rates in per cent: standard, reduced. Where a country has several
 * reduced rates, the one that most food and books of it fall under.
 *
 * Sources: European Commission, "VAT rates applied in the Member States" (Taxes in
 * Europe database); HMRC VAT Notice 701; Swiss FTA; National Tax Agency of Japan
 * (reduced rate of 8 %); State Taxation Administration of China (13 % and 9 %);
 * Kuwait levies no VAT. As of 2026, for a sample shop: not tax advice.
 */
const perCent: Record<string, readonly [standard: number, reduced: number]> = {
  AT: [20, 10],
  BE: [21, 6],
  BG: [20, 9],
  CH: [8.1, 2.6],
  CN: [13, 9],
  CY: [19, 5],
  CZ: [21, 12],
  DE: [19, 7],
  DK: [25, 25],
  EE: [24, 9],
  ES: [21, 10],
  FI: [25.5, 13.5],
  FR: [20, 5.5],
  GB: [20, 5],
  GR: [24, 13],
  HR: [25, 13],
  HU: [27, 5],
  IE: [23, 13.5],
  IT: [22, 10],
  JP: [10, 8],
  KW: [0, 0],
  LI: [8.1, 2.6],
  LT: [21, 12],
  LU: [17, 8],
  LV: [21, 12],
  MC: [20, 5.5],
  MT: [18, 5],
  NL: [21, 9],
  NO: [25, 15],
  PL: [23, 8],
  PT: [23, 6],
  RO: [21, 11],
  SE: [25, 12],
  SI: [22, 9.5],
  SK: [23, 5],
};

/**
 * Sales tax of the states alone, in per cent (Tax Foundation, "State and Local
 * Sales Tax Rates, 2025"; statewide local parts of CA, UT and VA included). County
 * and city taxes and exemptions of food are not modelled.
 */
const statesPerCent =
  'AL 4 AK 0 AZ 5.6 AR 6.5 CA 7.25 CO 2.9 CT 6.35 DC 6 DE 0 FL 6 GA 4 HI 4 ID 6 IL 6.25 IN 7 IA 6 KS 6.5 KY 6 LA 5 ME 5.5 MD 6 MA 6.25 MI 6 MN 6.875 MS 7 MO 4.225 MT 0 NE 5.5 NV 6.85 NH 0 NJ 6.625 NM 4.875 NY 4 NC 4.75 ND 5 OH 5.75 OK 4.5 OR 0 PA 6 RI 7 SC 6 SD 4.2 TN 7 TX 6.25 UT 6.1 VT 6 VA 5.3 WA 6.5 WV 6 WI 5 WY 4';

/** Exports: sold without tax here; what the destination levies at its border is the recipient's. */
const UNTAXED_EXPORTS =
  'AD AE AU BH CA HK IS KR MO MX MY NZ OM QA SA SG SM TH TW'.split(' ');

/** States where delivery that stands apart on the bill is not taxed. */
const UNTAXED_DELIVERY = new Set(
  'AL AZ CA ID IA ME MD MA NV OK UT VA WY'.split(' '),
);

/** Lines are rounded one by one: a US receipt taxes each item, a Chinese fapiao each row. */
const ROUNDED_BY_LINE = new Set(['CN', 'US']);

function ppm(percent: number): number {
  return Math.round(percent * 10_000);
}

function ruleOf(
  country: string,
  [standard, reduced]: readonly [number, number],
  shipping: TaxRule['shipping'],
): TaxRule {
  return {
    rates: { standard: ppm(standard), reduced: ppm(reduced), zero: 0 },
    level: ROUNDED_BY_LINE.has(country) ? 'line' : 'total',
    // Japan: once per rate and invoice, fractions of a yen dropped as most sellers do.
    rounding: country === 'JP' ? 'down' : 'half-up',
    shipping,
  };
}

function allRules(): Record<string, TaxRule> {
  const rules: Record<string, TaxRule> = {};
  for (const [country, rates] of Object.entries(perCent)) {
    rules[country] = ruleOf(country, rates, 'follows-goods');
  }
  for (const country of UNTAXED_EXPORTS) {
    rules[country] = ruleOf(country, [0, 0], 'none');
  }
  for (const [, state, rate] of statesPerCent.matchAll(
    /([A-Z]{2}) ([\d.]+)/g,
  )) {
    rules[`US-${state}`] = ruleOf(
      'US',
      [Number(rate), Number(rate)],
      UNTAXED_DELIVERY.has(state) ? 'none' : 'follows-goods',
    );
  }
  return rules;
}

/** The sample shop's destinations. A real shop brings its own table, or one of a tax engine. */
export const sampleTaxTable: TaxTable = taxTableOf(allRules());
