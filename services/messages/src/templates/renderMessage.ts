import { Eta } from 'eta';
import type { OrderContact } from '../domain/contact.ts';
import { formatMoney } from '../domain/format.ts';
import type {
  Language,
  Localised,
  MessageFacts,
  MessageKind,
} from '../domain/types.ts';
import { HTML_TEMPLATE, TEXT_TEMPLATE } from './layouts.ts';
import {
  CARE_WORDS,
  COMMON_WORDS,
  type CommonWords,
  KIND_WORDS,
  type KindWords,
  type ShopperVariant,
} from './words.ts';

/** A parcel as a message shows it. */
export interface MessageParcel {
  carrier: string;
  trackingId: string;
  lines: { sku: string; quantity: number }[];
}

/** What a message to a shopper is made of. */
export interface ShopperMessage {
  kind: Exclude<MessageKind, 'care-needed'>;
  contact: OrderContact;
  facts: MessageFacts;
  parcels: MessageParcel[];
  shopName: string;
  /** Where a shopper sees the order; `{orderId}` stands for its id. Absent: no link. */
  orderPageUrl?: string;
  /** Only for what is optional. */
  unsubscribeUrl?: string;
}

/** What a message to care is made of. */
export interface CareMessage {
  orderId: string;
  orderNumber: string;
  reason: string;
  language: Language;
  shopName: string;
}

/** A message as it is sent. */
export interface RenderedMessage {
  subject: string;
  html: string;
  text: string;
}

interface View extends KindWords {
  words: CommonWords;
  shop: string;
  hello?: string;
  lines: { name: string; quantity: number; total: string }[];
  sums: { label: string; value: string; total?: boolean }[];
  parcels: {
    carrier: string;
    trackingId: string;
    lines: { name: string; quantity: number }[];
  }[];
  orderUrl?: string;
  footer: string;
  unsubscribeUrl?: string;
}

// Tags on a line of their own leave nothing behind.
const html = new Eta({ autoEscape: true, autoTrim: [false, 'nl'] });
const text = new Eta({ autoEscape: false, autoTrim: [false, 'nl'] });

function fill(pattern: string, values: Record<string, string>): string {
  return pattern.replace(/\{(\w+)\}/g, (all, name: string) =>
    Object.hasOwn(values, name) ? values[name] : all,
  );
}

function fillWords(
  words: KindWords,
  values: Record<string, string>,
): KindWords {
  return {
    subject: fill(words.subject, values),
    title: fill(words.title, values),
    paragraphs: words.paragraphs.map(paragraph => fill(paragraph, values)),
  };
}

function render(view: View): RenderedMessage {
  return {
    // A subject is one line, whatever an order number holds.
    subject: view.subject.replace(/\s+/g, ' '),
    html: html.renderString(HTML_TEMPLATE, view),
    text: text
      .renderString(TEXT_TEMPLATE, view)
      .replace(/\n{3,}/g, '\n\n')
      .replace(/\n+$/, '\n'),
  };
}

function variantOf({ kind, facts }: ShopperMessage): ShopperVariant {
  return kind === 'order-shipped' && !facts.complete
    ? 'order-shipped-in-part'
    : kind;
}

/** Writes a message to a shopper, in the language of the order. */
export function renderShopperMessage(message: ShopperMessage): RenderedMessage {
  const { contact, facts, kind, shopName, unsubscribeUrl } = message;
  const { language, totals } = contact;
  const words = COMMON_WORDS[language];
  const money = (value: { amount: number; currency: string }) =>
    formatMoney(value, language);
  const named = (name: Localised) => name[language];
  const confirmed = kind === 'order-confirmed';
  return render({
    ...fillWords(KIND_WORDS[language][variantOf(message)], {
      number: contact.orderNumber,
      refund: facts.refund ? money(facts.refund) : '',
    }),
    words,
    shop: shopName,
    hello:
      contact.name === undefined
        ? undefined
        : fill(words.hello, { name: contact.name }),
    lines: confirmed
      ? contact.lines.map(({ name, quantity, total }) => ({
          name: named(name),
          quantity,
          total: money(total),
        }))
      : [],
    sums: [
      { label: words.items, value: money(totals.items) },
      ...(totals.discounts.amount === 0
        ? []
        : [
            {
              label: words.discounts,
              value: money({
                ...totals.discounts,
                amount: -Math.abs(totals.discounts.amount),
              }),
            },
          ]),
      { label: words.shipping, value: money(totals.shipping) },
      { label: words.tax, value: money(totals.tax) },
      { label: words.total, value: money(totals.total), total: true },
    ],
    parcels: message.parcels.map(({ carrier, trackingId, lines }) => ({
      carrier,
      trackingId,
      lines: lines.map(({ sku, quantity }) => {
        const line = contact.lines.find(one => one.sku === sku);
        return { name: line ? named(line.name) : sku, quantity };
      }),
    })),
    orderUrl: message.orderPageUrl?.replaceAll(
      '{orderId}',
      encodeURIComponent(contact.orderId),
    ),
    footer: fill(unsubscribeUrl ? words.unsubscribeWhy : words.why, {
      shop: shopName,
    }),
    unsubscribeUrl,
  });
}

/** Writes a message to the people of care. */
export function renderCareMessage(message: CareMessage): RenderedMessage {
  const { language, orderId, orderNumber, reason, shopName } = message;
  return render({
    ...fillWords(CARE_WORDS[language], {
      number: orderNumber,
      reason,
      orderId,
    }),
    words: COMMON_WORDS[language],
    shop: shopName,
    lines: [],
    sums: [],
    parcels: [],
    footer: shopName,
  });
}
