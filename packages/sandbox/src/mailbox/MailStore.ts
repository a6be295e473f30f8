import { mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from '../config/files.ts';

/** A file that came with a message. */
export interface StoredAttachment {
  name: string;
  type: string;
  /** Bytes, in base64. */
  content: string;
}

/** One message as it was received. */
export interface StoredMail {
  /** Digits that grow with each message; also its file's name. */
  id: string;
  receivedAt: string;
  /** Recipients of the SMTP envelope: who really got it. */
  recipients: string[];
  from: string;
  subject: string;
  /** The header Message-ID, by which a message that was sent twice is told. */
  messageId: string | undefined;
  text: string | undefined;
  html: string | undefined;
  /** Raw header lines, in their order. */
  headers: { name: string; value: string }[];
  attachments: StoredAttachment[];
  sizeBytes: number;
}

/** Which messages are wanted. */
export interface MailQuery {
  /** One recipient, whole and without regard to case. */
  to?: string;
  /** Text in sender, recipients, subject or text. */
  search?: string;
}

/** Options of {@link MailStore}. */
export interface MailStoreOptions {
  dir: string;
  /** Most messages kept; the oldest go first. */
  maxMessages: number;
  /** Most bytes kept. */
  maxBytes: number;
}

const FILE = /^(\d{8})\.json$/;

/**
 * The last messages, one file each, so that a restart loses none. Bounded in
 * number and in bytes. One process owns the folder.
 */
export class MailStore {
  readonly #options: MailStoreOptions;
  readonly #mails = new Map<string, StoredMail>();
  #bytes = 0;
  #last = 0;

  static open(options: MailStoreOptions): MailStore {
    mkdirSync(options.dir, { recursive: true, mode: 0o700 });
    const store = new MailStore(options);
    store.#load();
    return store;
  }

  private constructor(options: MailStoreOptions) {
    this.#options = options;
  }

  /** Keeps a message. It is on disk when this returns, so that the sender may be told so. */
  add(mail: Omit<StoredMail, 'id'>): StoredMail {
    this.#last += 1;
    const stored = { ...mail, id: String(this.#last).padStart(8, '0') };
    writeFileAtomic({
      path: this.#path(stored.id),
      content: JSON.stringify(stored),
      mode: 0o600,
    });
    this.#keep(stored);
    this.#trim();
    return stored;
  }

  /** Newest first. */
  list(query: MailQuery = {}): StoredMail[] {
    const to = query.to?.trim().toLowerCase();
    const search = query.search?.trim().toLowerCase();
    return [...this.#mails.values()]
      .reverse()
      .filter(
        mail =>
          (!to || mail.recipients.some(one => one.toLowerCase() === to)) &&
          (!search ||
            [mail.from, mail.subject, mail.text ?? '', ...mail.recipients].some(
              part => part.toLowerCase().includes(search),
            )),
      );
  }

  get(id: string): StoredMail | undefined {
    return this.#mails.get(id);
  }

  /** Id of the newest message; it changes when one comes. */
  newest(): string | undefined {
    return [...this.#mails.keys()].at(-1);
  }

  /** Removes some and says how many. */
  remove(mails: readonly StoredMail[]): number {
    for (const mail of mails) {
      this.#drop(mail);
    }
    return mails.length;
  }

  #load(): void {
    for (const name of readdirSync(this.#options.dir).sort()) {
      const id = FILE.exec(name)?.[1];
      if (id === undefined) {
        // What a killed process left half written.
        rmSync(join(this.#options.dir, name), { force: true });
        continue;
      }
      this.#keep(JSON.parse(readFileSync(this.#path(id), 'utf8')));
      this.#last = Number(id);
    }
    this.#trim();
  }

  #keep(mail: StoredMail): void {
    this.#mails.set(mail.id, mail);
    this.#bytes += mail.sizeBytes;
  }

  #trim(): void {
    const { maxMessages, maxBytes } = this.#options;
    for (const mail of this.#mails.values()) {
      // The newest always stays, so that no message is lost on arrival.
      if (
        this.#mails.size <= 1 ||
        (this.#mails.size <= maxMessages && this.#bytes <= maxBytes)
      ) {
        return;
      }
      this.#drop(mail);
    }
  }

  #drop(mail: StoredMail): void {
    if (this.#mails.delete(mail.id)) {
      this.#bytes -= mail.sizeBytes;
      rmSync(this.#path(mail.id), { force: true });
    }
  }

  #path(id: string): string {
    return join(this.#options.dir, `${id}.json`);
  }
}
