import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MailStore } from '@shopfloor/sandbox/src/mailbox/MailStore.ts';
import { startSmtp } from '@shopfloor/sandbox/src/mailbox/smtp.ts';
import { freePorts } from '@shopfloor/service-kit/src/testing/freePorts.ts';

/** Takes the mail of a stack, as the sandbox's mailbox does. */
export class Mailbox {
  readonly url: string;
  readonly store: MailStore;
  readonly #close: () => Promise<void>;

  static async open(): Promise<Mailbox> {
    const dir = mkdtempSync(join(tmpdir(), 'shopfloor-mail-'));
    const store = MailStore.open({
      dir,
      maxMessages: 5000,
      maxBytes: 100 * 1024 * 1024,
    });
    const [port] = await freePorts(1);
    const smtp = await startSmtp({ port, store });
    return new Mailbox(`smtp://127.0.0.1:${port}`, store, async () => {
      await new Promise<void>(done => smtp.close(() => done()));
      rmSync(dir, { recursive: true, force: true });
    });
  }

  private constructor(
    url: string,
    store: MailStore,
    close: () => Promise<void>,
  ) {
    this.url = url;
    this.store = store;
    this.#close = close;
  }

  close(): Promise<void> {
    return this.#close();
  }
}
