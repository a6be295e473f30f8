import type { Language } from '../domain/types.ts';

/** What all messages of a language say alike. `{…}` stands for a value. */
export interface CommonWords {
  lang: string;
  hello: string;
  item: string;
  quantity: string;
  price: string;
  items: string;
  discounts: string;
  shipping: string;
  tax: string;
  total: string;
  parcel: string;
  /** Between a label and its value. */
  colon: string;
  order: string;
  view: string;
  why: string;
  unsubscribe: string;
  unsubscribeWhy: string;
}

/** Words of every language. */
export const COMMON_WORDS: Record<Language, CommonWords> = {
  en: {
    lang: 'en',
    hello: 'Hello {name},',
    item: 'Item',
    quantity: 'Quantity',
    price: 'Price',
    items: 'Items',
    discounts: 'Discounts',
    shipping: 'Delivery',
    tax: 'Tax',
    total: 'Total',
    parcel: 'Parcel',
    colon: ': ',
    order: 'Order number',
    view: 'View your order',
    why: 'You receive this e-mail because it belongs to an order at {shop}.',
    unsubscribe: 'Stop e-mails of this kind',
    unsubscribeWhy:
      'You receive this e-mail as a courtesy. Those that belong to an order, such as its confirmation, are sent in any case.',
  },
  zh: {
    lang: 'zh-CN',
    hello: '{name}，您好！',
    item: '商品',
    quantity: '数量',
    price: '价格',
    items: '商品小计',
    discounts: '优惠',
    shipping: '配送费',
    tax: '税费',
    total: '合计',
    parcel: '包裹',
    colon: '：',
    order: '订单号',
    view: '查看订单',
    why: '您收到此邮件，是因为它与您在 {shop} 的订单有关。',
    unsubscribe: '不再接收此类邮件',
    unsubscribeWhy:
      '此邮件仅为贴心提醒。与订单本身有关的邮件（如订单确认）仍会发送。',
  },
};

/** What one kind of message says in one language. */
export interface KindWords {
  subject: string;
  title: string;
  paragraphs: string[];
}

/** A message to a shopper, with its variants. */
export type ShopperVariant =
  | 'order-confirmed'
  | 'order-cancelled'
  | 'order-shipped'
  | 'order-shipped-in-part'
  | 'order-delivered'
  | 'order-refunded';

/** Words of each message to a shopper. */
export const KIND_WORDS: Record<Language, Record<ShopperVariant, KindWords>> = {
  en: {
    'order-confirmed': {
      subject: 'Your order {number} is confirmed',
      title: 'Thank you for your order',
      paragraphs: [
        'We have your order {number} and are getting it ready. We will write again when it is on its way.',
      ],
    },
    'order-cancelled': {
      subject: 'Your order {number} was cancelled',
      title: 'Your order was cancelled',
      paragraphs: [
        'Nothing of order {number} was sent. If you had paid already, the money goes back the way it came; your bank may take a few days to show it.',
      ],
    },
    'order-shipped': {
      subject: 'Your order {number} is on its way',
      title: 'Your order is on its way',
      paragraphs: ['Everything in order {number} has now been sent.'],
    },
    'order-shipped-in-part': {
      subject: 'A part of your order {number} is on its way',
      title: 'A part of your order is on its way',
      paragraphs: [
        'A part of order {number} has been sent. The rest follows, and we will write again then.',
      ],
    },
    'order-delivered': {
      subject: 'Your order {number} has arrived',
      title: 'Your parcel has arrived',
      paragraphs: [
        'A delivery of order {number} has arrived. We hope that you enjoy it. If something is not as it should be, you find how to return it with your order.',
      ],
    },
    'order-refunded': {
      subject: 'A refund for your order {number}',
      title: 'Your refund is on its way',
      paragraphs: [
        'We are paying back {refund} for order {number}, the way you paid. Your bank may take a few days to show it.',
      ],
    },
  },
  zh: {
    'order-confirmed': {
      subject: '您的订单 {number} 已确认',
      title: '感谢您的订购',
      paragraphs: ['我们已收到订单 {number}，正在备货。发货时会再通知您。'],
    },
    'order-cancelled': {
      subject: '您的订单 {number} 已取消',
      title: '您的订单已取消',
      paragraphs: [
        '订单 {number} 的商品均未发出。如您已付款，款项将原路退回，银行可能需要几天才会显示。',
      ],
    },
    'order-shipped': {
      subject: '您的订单 {number} 已发货',
      title: '您的订单已发货',
      paragraphs: ['订单 {number} 的商品已全部发出。'],
    },
    'order-shipped-in-part': {
      subject: '您的订单 {number} 已部分发货',
      title: '您的订单已部分发货',
      paragraphs: [
        '订单 {number} 的部分商品已发出，其余商品发出时会再通知您。',
      ],
    },
    'order-delivered': {
      subject: '您的订单 {number} 已送达',
      title: '您的包裹已送达',
      paragraphs: [
        '订单 {number} 的包裹已送达，希望您喜欢。如有任何问题，可在订单页面申请退货。',
      ],
    },
    'order-refunded': {
      subject: '您的订单 {number} 已退款',
      title: '您的退款已在途中',
      paragraphs: [
        '我们正在为订单 {number} 退款 {refund}，将按原支付方式退回，银行可能需要几天才会显示。',
      ],
    },
  },
};

/** Words to the people of care. */
export const CARE_WORDS: Record<Language, KindWords> = {
  en: {
    subject: 'Order {number} needs a person',
    title: 'Order {number} needs a person',
    paragraphs: [
      'The order has stopped and waits for a decision.',
      'Reason: {reason}',
      'Order id: {orderId}',
    ],
  },
  zh: {
    subject: '订单 {number} 需要人工处理',
    title: '订单 {number} 需要人工处理',
    paragraphs: [
      '订单已暂停，等待人工处理。',
      '原因：{reason}',
      '订单 ID：{orderId}',
    ],
  },
};
