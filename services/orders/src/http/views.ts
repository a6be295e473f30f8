import type { StoredPromotion } from '../store/PromotionStore.ts';
import type {
  OrderDetails,
  OrderLine,
  OrderRecord,
  PricedContent,
  Quote,
  QuotedLine,
} from '../domain/types.ts';

function moneyIn(currency: string) {
  return (amount: number) => ({ amount, currency });
}

function lineView(line: QuotedLine, currency: string) {
  const money = moneyIn(currency);
  return {
    sku: line.sku,
    productId: line.productId,
    name: line.name,
    quantity: line.quantity,
    unitPrice: money(line.unitPrice),
    discount: money(line.discount),
    net: money(line.net),
    tax: money(line.tax),
    total: money(line.total),
    taxRatePpm: line.taxRatePpm,
  };
}

function contentView(content: PricedContent, currency: string) {
  const money = moneyIn(currency);
  const { totals } = content;
  return {
    pricesIncludeTax: content.pricesIncludeTax,
    totals: {
      items: money(totals.items),
      discounts: money(totals.discounts),
      shipping: money(totals.shipping),
      tax: money(totals.tax),
      total: money(totals.total),
    },
    taxes: content.taxes.map(tax => ({
      ratePpm: tax.ratePpm,
      net: money(tax.net),
      tax: money(tax.tax),
    })),
    promotions: content.promotions.map(promotion => ({
      ...promotion,
      amount: money(promotion.amount),
    })),
  };
}

/** A quote as its shopper sees it. */
export function quoteView(quote: Quote) {
  const { content, currency } = quote;
  return {
    quoteId: quote.quoteId,
    cartId: quote.cartId,
    cartVersion: quote.cartVersion,
    expiresAt: quote.expiresAt,
    currency,
    ...contentView(content, currency),
    lines: content.lines.map(line => ({
      ...lineView(line, currency),
      available: quote.available[line.sku],
    })),
    shippingOptionId: quote.shippingOptionId,
    shippingOptions: quote.shippingOptions,
    unusedCodes: content.unusedCodes,
  };
}

/** An order as its shopper sees it. Of one just placed nothing is shipped yet. */
export function orderView(
  order: OrderRecord | OrderDetails,
  nextAction?: { type: 'redirect'; url: string },
) {
  const { content, currency } = order;
  const money = moneyIn(currency);
  const lines: readonly (QuotedLine & Partial<OrderLine>)[] =
    'lines' in order ? order.lines : content.lines;
  return {
    orderId: order.orderId,
    orderNumber: order.orderNumber,
    state: order.state,
    version: order.version,
    cartId: order.cartId,
    placedAt: order.placedAt,
    confirmedAt: order.confirmedAt,
    shippedAt: order.shippedAt,
    currency,
    ...contentView(content, currency),
    email: 'email' in order ? order.email : undefined,
    shippingAddress: order.address,
    shippingOptionId: order.shippingOptionId,
    lines: lines.map(line => ({
      ...lineView(line, currency),
      shipped: line.shipped ?? 0,
      returned: line.returned ?? 0,
    })),
    captured: money(order.captured),
    refunded: money(order.refunded),
    failure: order.failure,
    nextAction,
  };
}

/** An order in a list. */
export function summaryView(order: OrderRecord) {
  return {
    orderId: order.orderId,
    orderNumber: order.orderNumber,
    state: order.state,
    placedAt: order.placedAt,
    total: { amount: order.total, currency: order.currency },
    quantity: order.content.lines.reduce((sum, line) => sum + line.quantity, 0),
    careReason: order.careReason,
  };
}

/** One page of orders, of which one more was read than fits. */
export function pageView(orders: readonly OrderRecord[], limit: number) {
  const page = orders.slice(0, limit);
  return {
    items: page.map(summaryView),
    nextCursor:
      orders.length > limit ? page[page.length - 1].orderId : undefined,
  };
}

/** What messages has to know to write about an order. */
export function contactView(order: OrderDetails) {
  const { content, currency } = order;
  return {
    orderId: order.orderId,
    orderNumber: order.orderNumber,
    email: order.email,
    language: order.language,
    name: order.address?.name,
    customerId: order.owner.startsWith('customer:')
      ? order.owner.slice('customer:'.length)
      : undefined,
    state: order.state,
    placedAt: order.placedAt,
    currency,
    lines: order.lines.map(line => lineView(line, currency)),
    shippingAddress: order.address,
    ...contentView(content, currency),
  };
}

/** A promotion as staff sees it. */
export function promotionView(stored: StoredPromotion) {
  const { promotion } = stored;
  const { conditions, effect } = promotion;
  const time = (at: number | undefined) =>
    at === undefined ? undefined : new Date(at).toISOString();
  return {
    promotionId: promotion.id,
    name: promotion.name,
    scope: promotion.scope,
    priority: promotion.priority,
    exclusivity: promotion.exclusivity,
    effect:
      effect.kind === 'amount-off'
        ? { ...effect, amount: Number(effect.amount) }
        : effect,
    conditions: {
      ...conditions,
      minimumSubtotal: conditions.minimumSubtotal && {
        ...conditions.minimumSubtotal,
        amount: Number(conditions.minimumSubtotal.amount),
      },
      from: time(conditions.from),
      until: time(conditions.until),
    },
    active: stored.active,
    limitTotal: stored.limitTotal,
    limitPerShopper: stored.limitPerShopper,
    used: stored.used,
    version: stored.version,
  };
}
