import type { Language } from '../domain/types.ts';

const WORDS = {
  en: {
    lang: 'en',
    title: 'E-mails from the shop',
    ask: 'You will no longer receive e-mails that are a courtesy, such as the one that tells of a delivery. Those that belong to an order are sent in any case.',
    button: 'Stop these e-mails',
    done: 'Done. You will no longer receive these e-mails.',
    wrong:
      'This link is not valid. Open it from the e-mail again, or copy the whole address.',
  },
  zh: {
    lang: 'zh-CN',
    title: '商店邮件',
    ask: '您将不再收到提醒类邮件（例如送达通知）。与订单本身有关的邮件仍会发送。',
    button: '停止接收',
    done: '已完成。您将不再收到此类邮件。',
    wrong: '此链接无效。请从邮件中重新打开，或复制完整地址。',
  },
} as const;

/** What the page says. */
export type UnsubscribeStep = 'ask' | 'done' | 'wrong';

/** Everything but its own style and its own form is forbidden. */
export const UNSUBSCRIBE_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/** The language of a page: Chinese when the browser prefers it, else English. */
export function pageLanguage(acceptLanguage: string | undefined): Language {
  const first = (acceptLanguage ?? '')
    .split(',')
    .map(part => part.trim().slice(0, 2).toLowerCase())
    .find(part => part === 'en' || part === 'zh');
  return first === 'zh' ? 'zh' : 'en';
}

/** The page behind an unsubscribe link. It works without JavaScript, and opening it changes nothing: programs open links, too. */
export function unsubscribePage(options: {
  step: UnsubscribeStep;
  language: Language;
}): string {
  const words = WORDS[options.language];
  // The form posts to the address it was opened at, token and all.
  const form =
    options.step === 'ask'
      ? `<form method="post"><button>${words.button}</button></form>`
      : '';
  return `<!doctype html>
<html lang="${words.lang}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex">
<title>${words.title}</title><style>
:root{color-scheme:light dark}body{margin:0;font:16px/1.6 system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans','PingFang SC','Microsoft YaHei','Noto Sans SC',sans-serif;background:#f6f7f9;color:#171c26}
main{max-width:34rem;margin:10vh auto;padding:0 1.25rem}h1{font-size:1.5rem}
button{font:inherit;padding:.6rem 1.2rem;border:0;border-radius:8px;background:#2454c4;color:#fff;cursor:pointer}button:focus-visible{outline:3px solid #2454c4;outline-offset:3px}
@media(prefers-color-scheme:dark){body{background:#12161d;color:#e8ebf0}button{background:#8fb0ff;color:#10151d}button:focus-visible{outline-color:#8fb0ff}}
</style></head><body><main><h1>${words.title}</h1><p role="status">${words[options.step]}</p>${form}</main></body></html>`;
}
