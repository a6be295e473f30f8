import type { Language, Localised, Money } from './types.ts';

/** A line of an order as a message shows it. */
export interface ContactLine {
  sku: string;
  name: Localised;
  quantity: number;
  total: Money;
}

/** What orders tells of the one to write to, when a message is sent. It is kept nowhere. */
export interface OrderContact {
  orderId: string;
  orderNumber: string;
  email: string;
  /** Absent once the address was erased. */
  name?: string;
  /** Whose order it is by now; guests' orders may be claimed later. */
  customerId?: string;
  language: Language;
  lines: ContactLine[];
  totals: {
    items: Money;
    discounts: Money;
    shipping: Money;
    tax: Money;
    total: Money;
  };
}

/** Orders answered something else than was agreed. */
export class ContactError extends Error {
  constructor(field: string) {
    // The field alone: its value may be personal.
    super(`The contact of an order has no usable ${field}`);
    this.name = 'ContactError';
  }
}

type Unknown = Record<string, unknown>;

function object(value: unknown, field: string): Unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ContactError(field);
  }
  return value as Unknown;
}

function text(value: unknown, field: string): string {
  if (typeof value !== 'string' || value.trim() === '') {
    throw new ContactError(field);
  }
  return value;
}

function money(value: unknown, field: string): Money {
  const { amount, currency } = object(value, field);
  if (!Number.isSafeInteger(amount) || !/^[A-Z]{3}$/.test(String(currency))) {
    throw new ContactError(field);
  }
  return { amount: amount as number, currency: currency as string };
}

/** One line of text: an address and a name go into headers. */
function line(value: unknown, field: string): string {
  return text(value, field)
    .replace(/\p{Cc}+/gu, ' ')
    .trim();
}

function optionalLine(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== ''
    ? line(value, 'text')
    : undefined;
}

/**
 * Reads the contact that orders answered.
 *
 * @throws ContactError that names what is wrong, never its value
 */
export function readContact(body: unknown): OrderContact {
  const contact = object(body, 'object');
  const email = line(contact.email, 'email');
  if (!/^[^\s@<>(),;:"[\]]+@[^\s@<>(),;:"[\]]+$/.test(email)) {
    throw new ContactError('email');
  }
  const totals = object(contact.totals, 'totals');
  if (!Array.isArray(contact.lines)) {
    throw new ContactError('lines');
  }
  return {
    orderId: text(contact.orderId, 'orderId'),
    orderNumber: line(contact.orderNumber, 'orderNumber'),
    email,
    name: optionalLine(contact.name),
    customerId: optionalLine(contact.customerId),
    language: contact.language === 'zh' ? 'zh' : 'en',
    lines: contact.lines.map((entry: unknown, index) => {
      const one = object(entry, `lines[${index}]`);
      const name = object(one.name, `lines[${index}].name`);
      if (!Number.isSafeInteger(one.quantity)) {
        throw new ContactError(`lines[${index}].quantity`);
      }
      return {
        sku: text(one.sku, `lines[${index}].sku`),
        name: {
          en: text(name.en, `lines[${index}].name.en`),
          zh: text(name.zh, `lines[${index}].name.zh`),
        },
        quantity: one.quantity as number,
        total: money(one.total, `lines[${index}].total`),
      };
    }),
    totals: {
      items: money(totals.items, 'totals.items'),
      discounts: money(totals.discounts, 'totals.discounts'),
      shipping: money(totals.shipping, 'totals.shipping'),
      tax: money(totals.tax, 'totals.tax'),
      total: money(totals.total, 'totals.total'),
    },
  };
}
