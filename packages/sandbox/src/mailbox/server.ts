import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { pageLanguage } from '../oidc/signInPage.ts';
import type { MailStore, StoredMail } from './MailStore.ts';
import { VIEWS, mailboxPage, type MailView } from './pages.ts';
import { WORDS } from './words.ts';

/** Most messages in one answer of the API. */
const API_LIMIT = 200;

/** Options of {@link startMailboxServer}. */
export interface MailboxServerOptions {
  port: number;
  store: MailStore;
  themeCss: string;
}

/** A message in the API's lists: all but its bodies. */
function summary(mail: StoredMail): object {
  const { id, receivedAt, recipients, from, subject, messageId, sizeBytes } =
    mail;
  return { id, receivedAt, recipients, from, subject, messageId, sizeBytes };
}

/**
 * The content as the sender made it, which nobody trusts: no script, no request
 * to anywhere, an origin of its own. Links open in a new tab.
 */
const CONTENT_POLICY =
  "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'";

/** The pages of the mailbox for people, and `/api/messages` for tests. */
export async function startMailboxServer(
  options: MailboxServerOptions,
): Promise<Server> {
  const server = createServer((request, response) => {
    response.setHeader('cache-control', 'no-store');
    response.setHeader('x-content-type-options', 'nosniff');
    response.setHeader('referrer-policy', 'no-referrer');
    try {
      handle(options, request, response);
    } catch (error) {
      console.error(`http: ${(error as Error).message}`);
      json(response, 500, { error: 'The mailbox failed; its log says why' });
    }
  });
  server.listen(options.port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

function text(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' });
  response.end(body);
}

function redirect(response: ServerResponse, location: string): void {
  response.writeHead(303, { location }).end();
}

/** Names of this machine alone: a page elsewhere cannot reach in under a name of its own. */
function isLocal(host: string | undefined): boolean {
  return /^(localhost|127\.0\.0\.1|[a-z0-9-]+\.localhost)(:\d+)?$/.test(
    host ?? '',
  );
}

/** Whether a page of another site sent this; browsers say so. */
function isForeign(request: IncomingMessage): boolean {
  const site = request.headers['sec-fetch-site'];
  return site !== undefined && site !== 'same-origin' && site !== 'none';
}

function handle(
  options: MailboxServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const query = url.searchParams;
  const method = request.method ?? 'GET';
  const language = mailboxLanguage(request, query);
  if (!isLocal(request.headers.host)) {
    text(response, 421, 'This mailbox answers at localhost only');
    return;
  }
  if (method !== 'GET' && method !== 'HEAD' && isForeign(request)) {
    text(response, 403, WORDS[language].refused);
    return;
  }
  const parts = url.pathname.split('/').slice(1);
  const route = `${method === 'HEAD' ? 'GET' : method} ${parts[0]}`;
  if (route.endsWith(' api')) {
    handleApi({ ...options, method, query, response, parts });
  } else if (route === 'POST delete-all' && parts.length === 1) {
    options.store.remove(options.store.list());
    redirect(response, '/');
  } else if (parts[0] === 'messages' && parts.length > 2) {
    handlePart({ ...options, method, response, parts });
  } else if (route === 'GET ' || (route === 'GET messages' && parts[1])) {
    sendPage({ ...options, request, response, query, id: parts[1] });
  } else {
    text(response, 404, 'There is nothing here');
  }
}

function mailboxLanguage(
  request: IncomingMessage,
  query: URLSearchParams,
): 'en' | 'zh' {
  const chosen = query.get('lang');
  return chosen === 'en' || chosen === 'zh'
    ? chosen
    : pageLanguage(request.headers['accept-language']);
}

function handleApi(
  options: MailboxServerOptions & {
    method: string;
    query: URLSearchParams;
    response: ServerResponse;
    parts: string[];
  },
): void {
  const { store, method, query, response, parts } = options;
  const [, resource, id] = parts;
  if (method === 'GET' && resource === 'newest' && parts.length === 2) {
    json(response, 200, { id: store.newest() });
    return;
  }
  if (resource !== 'messages' || parts.length > 3) {
    json(response, 404, { error: 'There is nothing here' });
    return;
  }
  if (id !== undefined) {
    const mail = store.get(id);
    if (!mail) {
      json(response, 404, { error: `There is no message ${id}` });
    } else if (method === 'GET') {
      json(response, 200, mail);
    } else if (method === 'DELETE') {
      json(response, 200, { removed: store.remove([mail]) });
    } else {
      response.setHeader('allow', 'DELETE, GET');
      json(response, 405, { error: 'GET or DELETE a message' });
    }
    return;
  }
  const mails = store.list({
    to: query.get('to') ?? undefined,
    search: query.get('q') ?? undefined,
  });
  if (method === 'GET') {
    json(response, 200, {
      items: mails.slice(0, API_LIMIT).map(summary),
      total: mails.length,
    });
  } else if (method === 'DELETE') {
    json(response, 200, { removed: store.remove(mails) });
  } else {
    response.setHeader('allow', 'DELETE, GET');
    json(response, 405, { error: 'GET or DELETE messages' });
  }
}

/** What belongs to one message: its content in the frame, its attachments, its end. */
function handlePart(
  options: MailboxServerOptions & {
    method: string;
    response: ServerResponse;
    parts: string[];
  },
): void {
  const { store, method, response, parts } = options;
  const [, id, part, index] = parts;
  const mail = store.get(id);
  if (!mail) {
    text(response, 404, `There is no message ${id}`);
  } else if (method === 'POST' && part === 'delete' && parts.length === 3) {
    store.remove([mail]);
    redirect(response, '/');
  } else if (method === 'GET' && part === 'content' && parts.length === 3) {
    response.writeHead(200, {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': CONTENT_POLICY,
    });
    response.end(`<base target="_blank">${mail.html ?? ''}`);
  } else if (
    method === 'GET' &&
    part === 'attachments' &&
    mail.attachments[Number(index)]
  ) {
    const { name, content } = mail.attachments[Number(index)];
    response.writeHead(200, {
      // Never shown in the browser, whatever it claims to be.
      'content-type': 'application/octet-stream',
      'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(name)}`,
    });
    response.end(Buffer.from(content, 'base64'));
  } else {
    text(response, 404, 'There is nothing here');
  }
}

function sendPage(
  options: MailboxServerOptions & {
    request: IncomingMessage;
    response: ServerResponse;
    query: URLSearchParams;
    id: string | undefined;
  },
): void {
  const { store, themeCss, request, response, query, id } = options;
  const selected = id === undefined ? undefined : store.get(id);
  const search = query.get('q')?.trim() ?? '';
  const view = VIEWS.find(known => known === query.get('view')) ?? 'html';
  const nonce = randomBytes(16).toString('base64');
  const missing = id !== undefined && !selected;
  response.writeHead(missing ? 404 : 200, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': `default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'; connect-src 'self'; frame-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
  });
  response.end(
    mailboxPage({
      mails: store.list({ search }),
      selected,
      missing,
      view: view satisfies MailView,
      search,
      newest: store.newest(),
      language: mailboxLanguage(request, query),
      languageChosen: query.has('lang'),
      themeCss,
      nonce,
    }),
  );
}
