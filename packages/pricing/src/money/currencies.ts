/**
 * Codes of ISO 4217 whose minor unit is a hundredth, as list one of the standard
 * has them (maintenance agency SIX, amendments up to 181: XCG in place of ANG,
 * ZWG in place of ZWL, BGN withdrawn with the euro of 2026).
 */
const HUNDREDTHS =
  'AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW ZWG';

/** Codes without a minor unit. */
const WHOLE =
  'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF';

/** Codes whose minor unit is a thousandth. */
const THOUSANDTHS = 'BHD IQD JOD KWD LYD OMR TND';

/** Codes whose minor unit is a ten-thousandth: units of account. */
const TEN_THOUSANDTHS = 'CLF UYW';

const exponents: ReadonlyMap<string, number> = new Map(
  [
    [WHOLE, 0] as const,
    [HUNDREDTHS, 2] as const,
    [THOUSANDTHS, 3] as const,
    [TEN_THOUSANDTHS, 4] as const,
  ].flatMap(([codes, exponent]) =>
    codes.split(' ').map(code => [code, exponent] as const),
  ),
);

/** Whether ISO 4217 has this code with a minor unit. Metals, funds and test codes have none and are no money of a shop. */
export function isCurrency(code: string): boolean {
  return exponents.has(code);
}

/**
 * Digits after the point: EUR 2, JPY 0, KWD 3.
 *
 * @throws RangeError for a code that ISO 4217 does not have with a minor unit
 */
export function currencyExponent(code: string): number {
  const exponent = exponents.get(code);
  if (exponent === undefined) {
    throw new RangeError(`${code} is not a currency of ISO 4217`);
  }
  return exponent;
}

/** Every code with its exponent. */
export function listCurrencies(): { code: string; exponent: number }[] {
  return [...exponents].map(([code, exponent]) => ({ code, exponent }));
}
