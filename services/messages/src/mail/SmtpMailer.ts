import type { SecretValue, ServiceBase } from '@shopfloor/service-kit';
import { createTransport, type Transporter } from 'nodemailer';
import type { Logger } from 'pino';
import { type MessagesConfig, messagesConfigSpec } from '../config.ts';
import type { Mail, Mailer, MailOutcome } from './Mailer.ts';
import { type SmtpFailure, smtpOutcome } from './smtpOutcome.ts';

/** Options of {@link SmtpMailer}. */
export interface SmtpMailerOptions {
  /** `smtp:` or `smtps:`, perhaps with a name and password. */
  url: SecretValue;
  /** Whether plain connections are refused; `smtps:` is encrypted from the start. */
  requireTls: boolean;
  from: string;
  maxConnections: number;
  /** Longest time of one attempt, with its wait for a connection. */
  timeoutMs: number;
  logger: Logger;
}

/** The address and password of the mail server, from wherever the configuration has them. */
export function openSmtpUrl(base: ServiceBase<MessagesConfig>): SecretValue {
  const { SMTP_URL, SMTP_URL_FILE } = base.parts.config;
  return base.openSecret({
    name: 'SMTP_URL',
    value: SMTP_URL,
    file: SMTP_URL_FILE,
    parse: messagesConfigSpec.SMTP_URL.parse,
  });
}

/** Sends by SMTP over a pool of connections. */
export class SmtpMailer implements Mailer {
  readonly #options: SmtpMailerOptions;
  #transport: { url: string; sender: Transporter } | undefined;

  static create(options: SmtpMailerOptions): SmtpMailer {
    return new SmtpMailer(options);
  }

  /** The mailer that the configuration describes. */
  static fromConfig(options: {
    config: MessagesConfig;
    url: SecretValue;
    logger: Logger;
  }): SmtpMailer {
    const { config, url, logger } = options;
    return SmtpMailer.create({
      url,
      requireTls: config.SMTP_TLS === 'required',
      from: config.MAIL_FROM,
      maxConnections: config.SMTP_POOL_MAX,
      timeoutMs: config.SMTP_TIMEOUT_MS,
      logger,
    });
  }

  private constructor(options: SmtpMailerOptions) {
    this.#options = options;
  }

  get usable(): boolean {
    return this.#options.url.current !== undefined;
  }

  /** The pool of today's address and password; that of others is closed, so that nothing goes on under a login of before. */
  #sender(): Transporter | undefined {
    const url = this.#options.url.current;
    if (this.#transport?.url !== url) {
      this.#transport?.sender.close();
      this.#transport =
        url === undefined ? undefined : { url, sender: this.#open(url) };
    }
    return this.#transport?.sender;
  }

  #open(url: string): Transporter {
    const { timeoutMs, ...options } = this.#options;
    const transport = createTransport({
      url,
      pool: true,
      maxConnections: options.maxConnections,
      maxMessages: 100,
      // Retries are ours: a message that the pool repeats by itself would escape the record of attempts.
      maxRequeues: 0,
      requireTLS: options.requireTls,
      connectionTimeout: Math.min(10_000, timeoutMs),
      greetingTimeout: Math.min(10_000, timeoutMs),
      socketTimeout: timeoutMs,
      disableFileAccess: true,
      disableUrlAccess: true,
      logger: false,
    } as Parameters<typeof createTransport>[0]);
    // An idle connection that breaks is no fault of a message.
    transport.on('error', error =>
      options.logger.warn(
        { code: (error as SmtpFailure).code },
        'A connection to the mail server broke',
      ),
    );
    return transport;
  }

  async send(mail: Mail): Promise<MailOutcome> {
    const { from, timeoutMs } = this.#options;
    const sender = this.#sender();
    if (!sender) {
      return { result: 'not-sent', failure: 'smtp-secret-lost' };
    }
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<MailOutcome>(resolve => {
      timer = setTimeout(
        () => resolve({ result: 'unknown', failure: 'smtp-timeout' }),
        timeoutMs,
      );
    });
    const sent = sender
      .sendMail({
        from,
        to: { name: '', address: mail.to },
        messageId: `<${mail.messageId}>`,
        subject: mail.subject,
        text: mail.text,
        html: mail.html,
        headers: mail.headers,
      })
      .then(
        (): MailOutcome => ({ result: 'accepted' }),
        (error: SmtpFailure): MailOutcome => smtpOutcome(error),
      );
    try {
      return await Promise.race([sent, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  async close(): Promise<void> {
    this.#transport?.sender.close();
  }
}
