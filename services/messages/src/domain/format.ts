import type { Language, Money } from './types.ts';

const LOCALES: Record<Language, string> = { en: 'en-GB', zh: 'zh-CN' };

/** The locale that a language's numbers and dates are written in. */
export function localeOf(language: Language): string {
  return LOCALES[language];
}

/** Formats by what they are of: making one costs more than a mail. Bounded by currencies and languages. */
const formats = new Map<string, Intl.NumberFormat>();

function formatOf(locale: string, currency: string): Intl.NumberFormat {
  const key = `${locale} ${currency}`;
  let format = formats.get(key);
  if (!format) {
    format = new Intl.NumberFormat(locale, {
      style: 'currency',
      currency,
      // Two currencies of one sign must not be taken for each other.
      currencyDisplay: 'symbol',
    });
    formats.set(key, format);
  }
  return format;
}

/** Minor units of a currency as a decimal, exactly: 1895 EUR is "18.95", 4650 KWD is "4.650". */
export function decimalOf({ amount, currency }: Money): string {
  const digits = formatOf('en', currency).resolvedOptions()
    .maximumFractionDigits!;
  const text = String(Math.abs(amount)).padStart(digits + 1, '0');
  const whole = text.slice(0, text.length - digits);
  const fraction = digits > 0 ? `.${text.slice(-digits)}` : '';
  return `${amount < 0 ? '-' : ''}${whole}${fraction}`;
}

/** Money as people write it in a language. */
export function formatMoney(money: Money, language: Language): string {
  return formatOf(LOCALES[language], money.currency).format(
    decimalOf(money) as unknown as number,
  );
}
