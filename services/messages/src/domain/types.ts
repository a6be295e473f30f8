/** Languages the shop writes in. */
export const LANGUAGES = ['en', 'zh'] as const;

/** A language of messages. */
export type Language = (typeof LANGUAGES)[number];

/** Whole minor units of a currency. */
export interface Money {
  amount: number;
  currency: string;
}

/** A text in both languages. */
export interface Localised {
  en: string;
  zh: string;
}

/** What a message is about. */
export const MESSAGE_KINDS = [
  'order-confirmed',
  'order-cancelled',
  'order-shipped',
  'order-delivered',
  'order-refunded',
  'care-needed',
] as const;

/** A kind of message. */
export type MessageKind = (typeof MESSAGE_KINDS)[number];

/**
 * Kinds that are no part of the contract with the shopper: a courtesy, of which he
 * can be rid. The others (that a contract was made, ended, performed, paid back) he
 * is owed, and they carry no way out.
 */
export const OPTIONAL_KINDS: readonly MessageKind[] = ['order-delivered'];

/** To whom a message goes. */
export type Audience = 'shopper' | 'care';

/** What an event said that a message tells. Ids, amounts and codes; nothing personal. */
export interface MessageFacts {
  shipmentId?: string;
  /** Nothing of the order is left to send. */
  complete?: boolean;
  refund?: Money;
  /** For care. */
  reason?: string;
}

/** A message that an event asks for. */
export interface MessagePlan {
  kind: MessageKind;
  audience: Audience;
  orderId: string;
  orderNumber: string | undefined;
  facts: MessageFacts;
}

/** What becomes of a message. */
export const MESSAGE_STATES = [
  'queued',
  'sent',
  'suppressed',
  'rejected',
  'withdrawn',
  'dead',
] as const;

/** The state of a message. */
export type MessageState = (typeof MESSAGE_STATES)[number];

/** Why a recipient gets nothing: all of it, or only what is optional. */
export type SuppressionScope = 'all' | 'optional';
