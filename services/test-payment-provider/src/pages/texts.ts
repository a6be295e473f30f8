/** Languages of the pages. */
export type Language = 'en' | 'zh';

const en = {
  sample: 'Sample system. No real card is charged and no money moves.',
  payTitle: 'Confirm your payment',
  payTo: 'Payment to',
  amount: 'Amount',
  card: 'Card ending in',
  approve: 'Approve',
  decline: 'Decline',
  until: 'Answer before',
  doneTitle: 'This payment has been answered',
  doneText:
    'It was answered or its time is over. Nothing more can be done here.',
  back: 'Back to the shop',
  unknownTitle: 'No such payment',
  unknownText:
    'The address is incomplete or too old. Go back to the shop and try again.',
  fieldTitle: 'Test card',
  number: 'Card number',
  numberHint:
    'Only the test numbers of the documentation, such as 4242 4242 4242 4242.',
  expiry: 'Expires (MM/YY)',
  use: 'Use this card',
  ready: 'The card is ready.',
  refused:
    'Only test card numbers are accepted here. Never type the number of a real card.',
  failed: 'That did not work. Try again.',
  language: '中文',
};

/** Every text in both languages. */
export const texts: Record<Language, typeof en> = {
  en,
  zh: {
    sample: '示例系统：不会扣款，也没有资金流动。',
    payTitle: '确认付款',
    payTo: '收款方',
    amount: '金额',
    card: '卡号尾号',
    approve: '同意付款',
    decline: '拒绝付款',
    until: '请在此时间前确认',
    doneTitle: '此付款已有结果',
    doneText: '付款已确认、已拒绝或已超时，此处无需再操作。',
    back: '返回商店',
    unknownTitle: '找不到此付款',
    unknownText: '网址不完整或已失效。请返回商店重试。',
    fieldTitle: '测试卡',
    number: '卡号',
    numberHint: '只接受文档中的测试卡号，例如 4242 4242 4242 4242。',
    expiry: '有效期（月/年）',
    use: '使用此卡',
    ready: '卡片已就绪。',
    refused: '此处只接受测试卡号。请勿输入真实卡号。',
    failed: '操作未成功，请重试。',
    language: 'English',
  },
};

/** The language of a page: what is asked for by `lang`, else what the browser prefers. */
export function languageOf(
  lang: string | undefined,
  acceptLanguage: string | undefined,
): Language {
  if (lang === 'en' || lang === 'zh') {
    return lang;
  }
  for (const entry of (acceptLanguage ?? '').split(',')) {
    const tag = entry.trim().slice(0, 2).toLowerCase();
    if (tag === 'en' || tag === 'zh') {
      return tag;
    }
  }
  return 'en';
}
