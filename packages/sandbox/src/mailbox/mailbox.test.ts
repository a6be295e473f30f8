import { once } from 'node:events';
import {
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import type { Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SMTPServer } from 'smtp-server';
import { MailStore, type StoredMail } from './MailStore.ts';
import { startMailboxServer } from './server.ts';
import { startSmtp } from './smtp.ts';

let dir: string;
let store: MailStore;
let smtp: SMTPServer;
let server: Server;
let base: string;

const open = (bounds = {}) =>
  MailStore.open({ dir, maxMessages: 100, maxBytes: 10_000_000, ...bounds });

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'shopfloor-mailbox-'));
  store = open();
  smtp = await startSmtp({
    port: 0,
    store,
    now: () => new Date('2026-11-26T10:00:00Z'),
  });
  server = await startMailboxServer({ port: 0, store, themeCss: '' });
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  server.close();
  server.closeAllConnections();
  await new Promise<void>(resolve => smtp.close(() => resolve()));
  rmSync(dir, { recursive: true, force: true });
});

/** Speaks SMTP by hand, as any sender may, and returns the reply to the content. */
async function send(options: {
  to: string[];
  content: string;
}): Promise<string> {
  const { port } = smtp.server.address() as AddressInfo;
  const socket = connect(port, '127.0.0.1').setEncoding('utf8');
  const reply = async () => String((await once(socket, 'data'))[0]);
  const say = async (line: string) => {
    socket.write(`${line}\r\n`);
    return reply();
  };
  await reply();
  await say('EHLO test');
  await say('MAIL FROM:<orders@larkfield.example>');
  for (const to of options.to) {
    await say(`RCPT TO:<${to}>`);
  }
  await say('DATA');
  const answer = await say(`${options.content}\r\n.`);
  socket.end('QUIT\r\n');
  return answer;
}

const boundary = 'frontier';
const mail = (subject: string) =>
  `From: "Larkfield Market" <orders@larkfield.example>
To: someone@example.test
Subject: ${subject}
Message-ID: <${subject}@larkfield.example>
List-Unsubscribe: <http://127.0.0.1/unsubscribe?token=abc>,
 <mailto:off@larkfield.example>
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary=${boundary}

--${boundary}
Content-Type: text/plain; charset=utf-8

Words of ${subject}
--${boundary}
Content-Type: text/html; charset=utf-8

<p>Words</p><script>parent.document.title = "owned"</script>
--${boundary}--`.replaceAll('\n', '\r\n');

const api = async (path: string, init?: RequestInit) => {
  const answer = await fetch(`${base}/api${path}`, init);
  return { status: answer.status, body: await answer.json() };
};

it('has a message on disk before it says so, with what a mail program would show', async () => {
  const reply = await send({
    to: ['Amira@example.test', 'hidden@example.test'],
    content: mail('Confirmed'),
  });

  expect(reply).toMatch(/^250 /);
  const [file] = readdirSync(dir);
  expect(statSync(join(dir, file)).mode.toString(8)).toMatch(/600$/);
  const { body } = await api('/messages/00000001');
  expect(body).toMatchObject({
    receivedAt: '2026-11-26T10:00:00.000Z',
    recipients: ['Amira@example.test', 'hidden@example.test'],
    from: 'Larkfield Market <orders@larkfield.example>',
    subject: 'Confirmed',
    messageId: '<Confirmed@larkfield.example>',
    text: 'Words of Confirmed',
  });
  expect(body.headers).toContainEqual({
    name: 'List-Unsubscribe',
    value:
      '<http://127.0.0.1/unsubscribe?token=abc>, <mailto:off@larkfield.example>',
  });
});

it('keeps the newest within its bounds, also over a restart, and never uses a number twice', () => {
  const one: Omit<StoredMail, 'id'> = {
    receivedAt: '2026-11-26T10:00:00Z',
    recipients: ['a@example.test'],
    from: '',
    subject: '',
    messageId: undefined,
    text: '',
    html: undefined,
    headers: [],
    attachments: [],
    sizeBytes: 100,
  };
  const small = open({ maxMessages: 3, maxBytes: 250 });
  const ids = () => small.list().map(({ id }) => id);
  for (let count = 0; count < 4; count += 1) {
    small.add(one);
  }
  expect(ids()).toEqual(['00000004', '00000003']);
  small.add({ ...one, sizeBytes: 900 });
  expect(ids()).toEqual(['00000005']);
  writeFileSync(join(dir, '00000006.json.77.tmp'), '{"half');

  const again = open({ maxMessages: 3, maxBytes: 2000 });

  expect(again.list().map(({ id }) => id)).toEqual(['00000005']);
  expect(again.add(one).id).toBe('00000006');
  expect(readdirSync(dir).sort()).toEqual(['00000005.json', '00000006.json']);
});

it('finds and removes messages of one recipient', async () => {
  await send({ to: ['a@example.test'], content: mail('First') });
  await send({ to: ['b@example.test'], content: mail('Second') });

  const found = await api('/messages?to=B@example.test');
  expect(found.body).toMatchObject({
    total: 1,
    items: [{ subject: 'Second' }],
  });
  expect(found.body.items[0].html).toBeUndefined();
  expect((await api('/messages?q=words%20of%20first')).body.total).toBe(1);
  expect(
    (await api('/messages?to=a@example.test', { method: 'DELETE' })).body,
  ).toEqual({ removed: 1 });
  expect((await api('/messages')).body.items).toHaveLength(1);
  expect((await api('/messages/00000001')).status).toBe(404);
});

it('shows a message without trusting it', async () => {
  await send({
    to: ['a@example.test'],
    content: mail('<img src=x onerror=alert(1)>'),
  });

  const page = await fetch(`${base}/messages/00000001`);
  const text = await page.text();
  expect(text).toContain('&#60;img src=x onerror=alert(1)&#62;');
  expect(text).not.toContain('<img src=x');
  expect(text).toMatch(
    /<iframe[^>]*sandbox="allow-popups allow-popups-to-escape-sandbox"/,
  );
  const [, nonce] = /script-src 'nonce-([^']+)'/.exec(
    page.headers.get('content-security-policy')!,
  )!;
  expect(text).toContain(`<script nonce="${nonce}">`);
  const content = await fetch(`${base}/messages/00000001/content`);
  expect(content.headers.get('content-security-policy')).toMatch(
    /^sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'/,
  );
});

it('speaks the language that was asked for, and says when there is nothing', async () => {
  const read = async (path: string, language: string) =>
    (
      await fetch(`${base}${path}`, {
        headers: { 'accept-language': language },
      })
    ).text();
  expect(await read('/', 'en')).toContain('No mail yet.');
  expect(await read('/', 'zh-CN,zh')).toContain('<html lang="zh-CN">');
  expect(await read('/?lang=zh&q=x', 'en')).toContain('没有匹配的邮件');
  const gone = await fetch(`${base}/messages/00000009`);
  expect(gone.status).toBe(404);
  expect(await gone.text()).toContain('This message is not here.');
});

it('refuses other sites: by the name they call it, and by what browsers tell of them', async () => {
  await send({ to: ['a@example.test'], content: mail('Kept') });
  const foreign = await fetch(`${base}/delete-all`, {
    method: 'POST',
    headers: { 'sec-fetch-site': 'cross-site' },
  });
  expect(foreign.status).toBe(403);
  const { port } = server.address() as AddressInfo;
  const socket = connect(port, '127.0.0.1').setEncoding('utf8');
  socket.write('GET /api/messages HTTP/1.1\r\nhost: evil.example\r\n\r\n');
  expect(String((await once(socket, 'data'))[0])).toMatch(/^HTTP\/1.1 421 /);
  socket.destroy();
  expect((await api('/messages')).body.total).toBe(1);
});
