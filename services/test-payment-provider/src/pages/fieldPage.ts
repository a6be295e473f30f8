import type { Account } from '../domain/types.ts';
import { type RenderedPage, renderPage } from './layout.ts';
import { type Language, texts } from './texts.ts';

/**
 * The script reads what it needs from the form's data attributes, so that its text, and with it its hash in the content security
 * policy, is always the same.
 */
const script = `
const form = document.querySelector('form');
const status = document.querySelector('[role=status]');
form.addEventListener('submit', async event => {
  event.preventDefault();
  const say = name => { status.textContent = form.dataset[name]; };
  try {
    const response = await fetch('/fields/tokens', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ publishable_key: form.dataset.key, number: form.elements.number.value, expiry: form.elements.expiry.value }),
    });
    if (!response.ok) { say(response.status === 400 ? 'refused' : 'failed'); form.elements.number.focus(); return; }
    const { id, card } = await response.json();
    form.reset();
    say('ready');
    if (window.parent !== window && form.dataset.origin) {
      window.parent.postMessage({ type: 'testpay.token', token: id, card }, form.dataset.origin);
    }
  } catch { say('failed'); }
});
`;

/**
 * The card field. It runs on this provider's origin, inside a frame of the shop: the card number goes to the provider, and the shop
 * gets a token by `postMessage`.
 */
export function renderFieldPage(options: {
  account: Account;
  /** One of the account's allowed origins; only it gets the token. */
  origin: string | undefined;
  language: Language;
}): RenderedPage {
  const { account, origin, language } = options;
  const t = texts[language];
  const query = new URLSearchParams({
    account: account.publishable_key,
    ...(origin && { origin }),
    lang: language === 'en' ? 'zh' : 'en',
  });
  return renderPage({
    language,
    title: t.fieldTitle,
    otherLanguageHref: `/fields/card?${query}`,
    frameAncestors: account.allowed_origins,
    script,
    main: `<form data-key="${account.publishable_key}" data-origin="${origin ?? ''}" data-ready="${t.ready}" data-refused="${t.refused}" data-failed="${t.failed}">
<label for="number">${t.number}</label>
<input id="number" name="number" inputmode="numeric" autocomplete="off" required maxlength="23" aria-describedby="hint">
<p class="hint" id="hint">${t.numberHint}</p>
<label for="expiry">${t.expiry}</label>
<input id="expiry" name="expiry" inputmode="numeric" autocomplete="off" required maxlength="5" placeholder="12/34">
<p role="status"></p>
<p class="actions"><button class="primary">${t.use}</button></p>
</form>`,
  });
}
