import type { Texts } from './types.ts';

/** What a service keeps of an erased customer, and why it may. */
export interface Retention {
  service: string;
  what: Texts;
  basis: Texts;
  /** How long; absent where it is told in words alone. */
  years?: number;
}

/**
 * What stays after an erasure. Everything else of the customer goes.
 *
 * @param accountingYears - how long the law of the shop's seat has accounts kept
 */
export function retentionOf(accountingYears: number): Retention[] {
  const accounting: Texts = {
    en: 'Tax and accounting law of the shop’s seat (GDPR article 17(3)(b))',
    zh: '商店所在地的税务与会计法律（GDPR 第 17 条第 3 款 b 项）',
  };
  return [
    {
      service: 'orders',
      what: {
        en: 'What accounts have to show: order number, dates, items, amounts, taxes, and the country and region of delivery, without name, e-mail or street',
        zh: '账目须载明的内容：订单号、日期、商品、金额、税款，以及收货国家和地区，不含姓名、电子邮件和街道地址',
      },
      basis: accounting,
      years: accountingYears,
    },
    {
      service: 'payments',
      what: {
        en: 'Amounts, times and the payment provider’s ids, without card data',
        zh: '金额、时间和支付服务商的编号，不含银行卡数据',
      },
      basis: accounting,
      years: accountingYears,
    },
    {
      service: 'fulfilment',
      what: {
        en: 'Parcels with their tracking numbers, without name and address',
        zh: '包裹及其运单号，不含姓名和地址',
      },
      basis: {
        en: 'Establishment and defence of legal claims (GDPR article 17(3)(e))',
        zh: '确立和抗辩法律主张（GDPR 第 17 条第 3 款 e 项）',
      },
    },
    {
      service: 'messages',
      what: {
        en: 'If you have unsubscribed: a keyed hash of your e-mail address, so that nobody writes to it again',
        zh: '如您已退订：您电子邮件地址的密钥哈希，以确保不再向其发送邮件',
      },
      basis: {
        en: 'Your objection to further messages (GDPR article 21)',
        zh: '您对继续接收邮件的反对（GDPR 第 21 条）',
      },
    },
    {
      service: 'customers',
      what: {
        en: 'The record that you were erased and when, with an id that says nothing of you',
        zh: '您已被删除及其时间的记录，所用编号不含您的任何信息',
      },
      basis: {
        en: 'Accountability (GDPR article 5(2))',
        zh: '问责（GDPR 第 5 条第 2 款）',
      },
    },
  ];
}
