import { newId } from '@shopfloor/service-kit/src/ids/newId.ts';
import type { ShopStack } from '../stack/ShopStack.ts';
import { expectStatus, type Answer } from './http.ts';
import { persistently, untilAnswered } from './persistently.ts';
import { Shopper, type WantedLine } from './Shopper.ts';

/** What became of an order that somebody insisted on. */
export interface PatientlyBought {
  shopper: Shopper;
  /** The last answer. */
  answer: Answer;
  /** How long the last attempt took. */
  tookMs: number;
  /** How often the order was sent. */
  attempts: number;
}

/** How long somebody goes on trying. */
export interface Patience {
  withinMs: number;
  everyMs: number;
}

/**
 * Fills a cart and takes a quote, each step again while it fails; returns the quote's id.
 * One cart, however often it is asked: a shopper may have ten.
 */
export async function preparePatiently(
  shopper: Shopper,
  lines: readonly WantedLine[],
  patience: Patience = { withinMs: 30_000, everyMs: 300 },
): Promise<string> {
  const cartId = await persistently(() => shopper.createCart(), patience);
  for (const line of lines) {
    await persistently(() => shopper.setLine(cartId, line), patience);
  }
  return persistently(
    async () => expectStatus(await shopper.quote(cartId), 201).body.quoteId,
    patience,
  );
}

/** Buys as somebody who tries again when told "not now"; the order has one key, however often it is sent. */
export async function buyPatiently(
  stack: ShopStack,
  lines: readonly WantedLine[],
  patience: Patience = { withinMs: 90_000, everyMs: 400 },
): Promise<PatientlyBought> {
  const shopper = await Shopper.create(stack);
  const quoteId = await preparePatiently(shopper, lines, patience);
  const key = newId();
  let attempts = 0;
  let tookMs = 0;
  const answer = await untilAnswered(async () => {
    attempts += 1;
    const startedAt = performance.now();
    const answered = await shopper.place(quoteId, { key });
    tookMs = performance.now() - startedAt;
    return answered;
  }, patience);
  return { shopper, answer, tookMs, attempts };
}
