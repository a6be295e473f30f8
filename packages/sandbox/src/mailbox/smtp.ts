import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';
import type { MailStore, StoredMail } from './MailStore.ts';

/** Largest accepted message. */
const MAX_MESSAGE_BYTES = 5 * 1024 * 1024;

/** Options of {@link startSmtp}. */
export interface SmtpOptions {
  port: number;
  store: MailStore;
  now?: () => Date;
}

/** Reads a message as a mail program would. */
export async function parseMail(options: {
  raw: Buffer;
  recipients: string[];
  receivedAt: Date;
}): Promise<Omit<StoredMail, 'id'>> {
  const parsed = await simpleParser(options.raw);
  return {
    receivedAt: options.receivedAt.toISOString(),
    recipients: options.recipients,
    from: (parsed.from?.value ?? [])
      .map(({ name, address }) => (name ? `${name} <${address}>` : address))
      .join(', '),
    subject: parsed.subject ?? '',
    messageId: parsed.messageId,
    text: parsed.text,
    html: parsed.html || undefined,
    headers: parsed.headerLines.map(({ line }) => {
      const colon = line.indexOf(':');
      return {
        name: line.slice(0, colon),
        // Folded lines are one value.
        value: line
          .slice(colon + 1)
          .replace(/\r?\n[ \t]+/g, ' ')
          .trim(),
      };
    }),
    attachments: parsed.attachments
      // Pictures that the HTML shows are in it by now.
      .filter(({ related }) => !related)
      .map(({ filename, contentType, content }, index) => ({
        name: filename ?? `attachment-${index + 1}`,
        type: contentType,
        content: content.toString('base64'),
      })),
    sizeBytes: options.raw.length,
  };
}

/**
 * Takes mail for anyone and delivers none of it: the end of the line for what the
 * sandbox sends. Accepted means on disk.
 */
export async function startSmtp(options: SmtpOptions): Promise<SMTPServer> {
  const { port, store, now = () => new Date() } = options;
  const server = new SMTPServer({
    name: 'mailbox.localhost',
    banner: 'Shopfloor sandbox mailbox: nothing is delivered',
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    size: MAX_MESSAGE_BYTES,
    maxClients: 50,
    socketTimeout: 60_000,
    onData(stream, session, done) {
      const receive = async () => {
        const raw = await buffer(stream);
        if (stream.sizeExceeded) {
          throw Object.assign(
            new Error(`Messages are at most ${MAX_MESSAGE_BYTES} bytes`),
            { responseCode: 552 },
          );
        }
        store.add(
          await parseMail({
            raw,
            recipients: session.envelope.rcptTo.map(({ address }) => address),
            receivedAt: now(),
          }),
        );
      };
      receive().then(() => done(), done);
    },
  });
  // A client that goes away is no fault of the server's.
  server.on('error', error => console.error(`smtp: ${error.message}`));
  const listening = server.listen(port, '127.0.0.1');
  await once(listening, 'listening');
  return server;
}
