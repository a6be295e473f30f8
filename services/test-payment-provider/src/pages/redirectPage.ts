import type { Charge } from '../domain/types.ts';
import { escapeHtml, type RenderedPage, renderPage } from './layout.ts';
import { type Language, texts } from './texts.ts';

/** Money as people of a language read it; exact, since amounts stay below 2^53. */
function money(charge: Charge, language: Language): string {
  const format = new Intl.NumberFormat(language === 'zh' ? 'zh-CN' : 'en', {
    style: 'currency',
    currency: charge.currency.toUpperCase(),
  });
  const digits = format.resolvedOptions().maximumFractionDigits ?? 0;
  return format.format(Number(charge.amount) / 10 ** digits);
}

/** Where the shopper goes back to. What it carries is a hint: the merchant asks the API. */
export function returnAddress(charge: Charge): string | undefined {
  if (!charge.return_url) {
    return undefined;
  }
  const url = new URL(charge.return_url);
  url.searchParams.set('charge_reference', charge.reference);
  return url.toString();
}

/** The page on which a shopper approves or declines a charge. */
export function renderRedirectPage(
  charge: Charge,
  accountName: string,
  language: Language,
): RenderedPage {
  const t = texts[language];
  const here = `/pay/${charge.redirect_id}`;
  const otherLanguageHref = `${here}?lang=${language === 'en' ? 'zh' : 'en'}`;
  const back = returnAddress(charge);
  if (charge.status !== 'requires_action') {
    return renderPage({
      language,
      title: t.doneTitle,
      otherLanguageHref,
      main: `<p>${t.doneText}</p>${
        back
          ? `<p class="actions"><a class="button" href="${escapeHtml(back)}">${t.back}</a></p>`
          : ''
      }`,
    });
  }
  const until = charge.action_expires_at!.toISOString();
  const time = new Intl.DateTimeFormat(language === 'zh' ? 'zh-CN' : 'en', {
    dateStyle: 'medium',
    timeStyle: 'short',
    timeZone: 'UTC',
  }).format(charge.action_expires_at);
  return renderPage({
    language,
    title: t.payTitle,
    otherLanguageHref,
    formTargets: charge.return_url ? [new URL(charge.return_url).origin] : [],
    main: `<dl>
<dt>${t.payTo}</dt><dd>${escapeHtml(accountName)}</dd>
<dt>${t.amount}</dt><dd>${escapeHtml(money(charge, language))}</dd>
<dt>${t.card}</dt><dd>${escapeHtml(charge.card_last4)}</dd>
<dt>${t.until}</dt><dd><time datetime="${until}">${escapeHtml(time)} UTC</time></dd>
</dl>
<form class="actions" method="post" action="${here}">
<button class="primary" name="answer" value="approve">${t.approve}</button>
<button name="answer" value="decline">${t.decline}</button>
</form>`,
  });
}

/** The page of an address that leads nowhere. */
export function renderUnknownPage(language: Language): RenderedPage {
  const t = texts[language];
  return renderPage({
    language,
    title: t.unknownTitle,
    otherLanguageHref: `?lang=${language === 'en' ? 'zh' : 'en'}`,
    main: `<p>${t.unknownText}</p>`,
  });
}
