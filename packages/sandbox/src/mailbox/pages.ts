import type { StoredMail } from './MailStore.ts';
import { html, Html } from './html.ts';
import { SCRIPT, STYLES } from './styles.ts';
import { WORDS, type MailboxLanguage } from './words.ts';

/** Ways to look at a message. */
export const VIEWS = ['html', 'text', 'headers'] as const;

/** A way to look at a message. */
export type MailView = (typeof VIEWS)[number];

/** Most rows of the list. */
export const LIST_LIMIT = 100;

/** What a page is made of. */
export interface PageOptions {
  mails: readonly StoredMail[];
  selected?: StoredMail;
  /** A message was asked for that is not here. */
  missing?: boolean;
  view: MailView;
  search: string;
  newest: string | undefined;
  language: MailboxLanguage;
  /** Whether the language came from the address, and so stays in it. */
  languageChosen: boolean;
  themeCss: string;
  nonce: string;
}

type Words = (typeof WORDS)[MailboxLanguage];

function address(
  options: PageOptions,
  change: { id?: string; view?: MailView; search?: string; language?: string },
): string {
  const query = new URLSearchParams();
  const search = change.search ?? options.search;
  const language =
    change.language ?? (options.languageChosen ? options.language : undefined);
  if (search) {
    query.set('q', search);
  }
  if (change.view && change.view !== 'html') {
    query.set('view', change.view);
  }
  if (language) {
    query.set('lang', language);
  }
  const path = change.id === undefined ? '/' : `/messages/${change.id}`;
  return query.size > 0 ? `${path}?${query}` : path;
}

function time(iso: string): Html {
  return html`<time class="small" datetime="${iso}">${iso}</time>`;
}

function list(options: PageOptions, words: Words): Html {
  const { mails, search, selected } = options;
  const shown = mails.slice(0, LIST_LIMIT);
  const rows = shown.map(
    mail =>
      html`<li>
        <a
          href="${address(options, { id: mail.id })}"
          ${mail.id === selected?.id && html`aria-current="true"`}
        >
          <span class="row"
            ><span>${mail.recipients.join(', ')}</span>${time(
              mail.receivedAt,
            )}</span
          >
          <span class="subject">${mail.subject || words.noSubject}</span>
          <span class="small">${mail.from}</span>
        </a>
      </li>`,
  );
  return html`<section class="side" aria-label="${words.messages}">
    <form class="search" role="search" action="/">
      ${
        options.languageChosen &&
        html`<input type="hidden" name="lang" value="${options.language}" />`
      }
      <input
        type="search"
        name="q"
        value="${search}"
        placeholder="${words.search}"
        aria-label="${words.searchLabel}"
      />
      <button class="primary">${words.search}</button>
    </form>
    <div
      class="fresh box"
      id="fresh"
      role="status"
      data-newest="${options.newest ?? ''}"
    >
      <span data-fresh hidden
        >${words.fresh}
        <a href="${address(options, { search: '' })}">${words.showFresh}</a>
      </span>
      <span data-offline hidden>${words.offline}</span>
    </div>
    <p class="status">
      <span>${words.count(mails.length)}</span>
      ${
        search !== '' &&
        html`<a href="${address(options, { search: '' })}">${words.clear}</a>`
      }
    </p>
    ${
      shown.length > 0
        ? html`<ul class="list box">
            ${rows}
          </ul>`
        : html`<p class="empty box">
            ${search ? words.nothingFound : words.empty}
          </p>`
    }
    ${
      mails.length > shown.length &&
      html`<p class="small">${words.more(shown.length, mails.length)}</p>`
    }
    ${
      shown.length > 0 &&
      !search &&
      html`<form
        method="post"
        action="/delete-all"
        data-confirm="${words.confirmAll}"
      >
        <p><button>${words.removeAll}</button></p>
      </form>`
    }
  </section>`;
}

function content(options: PageOptions, mail: StoredMail, words: Words): Html {
  if (options.view === 'headers') {
    return html`<table>
      <thead>
        <tr>
          <th scope="col">${words.name}</th>
          <th scope="col">${words.value}</th>
        </tr>
      </thead>
      <tbody>
        ${mail.headers.map(
          ({ name, value }) =>
            html`<tr>
              <th scope="row">${name}</th>
              <td>${value}</td>
            </tr>`,
        )}
      </tbody>
    </table>`;
  }
  if (options.view === 'text') {
    return mail.text === undefined
      ? html`<p class="empty">${words.noText}</p>`
      : html`<pre>${mail.text}</pre>`;
  }
  return mail.html === undefined
    ? html`<p class="empty">${words.noHtml}</p>
        ${mail.text !== undefined && html`<pre>${mail.text}</pre>`}`
    : html`<iframe
        title="${words.frame}"
        sandbox="allow-popups allow-popups-to-escape-sandbox"
        src="/messages/${mail.id}/content"
      ></iframe>`;
}

function message(options: PageOptions, mail: StoredMail, words: Words): Html {
  const labels = {
    html: words.html,
    text: words.text,
    headers: words.headers,
  };
  return html`<a class="button back" href="${address(options, {})}"
      >← ${words.back}</a
    >
    <article class="box message">
      <h2>${mail.subject || words.noSubject}</h2>
      <dl>
        <dt>${words.from}</dt>
        <dd>${mail.from}</dd>
        <dt>${words.to}</dt>
        <dd>${mail.recipients.join(', ')}</dd>
        <dt>${words.received}</dt>
        <dd>${time(mail.receivedAt)}</dd>
      </dl>
      <div class="bar">
        <nav class="tabs" aria-label="${words.views}">
          ${VIEWS.map(
            view =>
              html`<a
                href="${address(options, { id: mail.id, view })}"
                ${view === options.view && html`aria-current="page"`}
                >${labels[view]}</a
              >`,
          )}
        </nav>
        <form method="post" action="/messages/${mail.id}/delete">
          <button>${words.remove}</button>
        </form>
      </div>
      ${content(options, mail, words)}
      ${
        mail.attachments.length > 0 &&
        html`<h3>${words.attachments}</h3>
          <ul class="attachments">
            ${mail.attachments.map(
              ({ name, content: bytes }, index) =>
                html`<li>
                  <a
                    class="button"
                    href="/messages/${mail.id}/attachments/${index}"
                    >${name}
                    (${words.bytes(Buffer.byteLength(bytes, 'base64'))})</a
                  >
                </li>`,
            )}
          </ul>`
      }
    </article>`;
}

/** The whole page: the list, and beside it the message that was chosen. */
export function mailboxPage(options: PageOptions): string {
  const words = WORDS[options.language];
  const { selected, missing } = options;
  const main = selected
    ? message(options, selected, words)
    : html`<p class="empty box">${missing ? words.gone : words.choose}</p>`;
  const title = selected
    ? `${selected.subject || words.noSubject} · ${words.title}`
    : words.title;
  const reading = selected !== undefined || missing;
  return html`<!doctype html>
    <html lang="${words.lang}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width,initial-scale=1" />
        <title>${title}</title>
        <link rel="icon" href="data:," />
        <style nonce="${options.nonce}">
          ${new Html(options.themeCss + STYLES)}
        </style>
      </head>
      <body class="${reading ? 'reading' : 'listing'}">
        <header>
          <h1>${words.title}</h1>
          <p>${words.lead}</p>
          <a
            lang="${words.other.language}"
            href="${address(options, {
              id: selected?.id,
              view: options.view,
              language: words.other.language,
            })}"
            >${words.other.name}</a
          >
        </header>
        <div class="layout">
          ${list(options, words)}
          <main class="main">${main}</main>
        </div>
        <script nonce="${options.nonce}">
          ${new Html(SCRIPT)};
        </script>
      </body>
    </html>`.text;
}
