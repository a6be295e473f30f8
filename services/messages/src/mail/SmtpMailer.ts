import { createTransport, type Transporter } from 'nodemailer';
import type { Logger } from 'pino';
import type { MessagesConfig } from '../config.ts';
import type { Mail, Mailer, MailOutcome } from './Mailer.ts';
import { type SmtpFailure, smtpOutcome } from './smtpOutcome.ts';

/** Options of {@link SmtpMailer}. */
export interface SmtpMailerOptions {
  /** `smtp:` or `smtps:`, perhaps with a name and password. A secret. */
  url: string;
  /** Whether plain connections are refused; `smtps:` is encrypted from the start. */
  requireTls: boolean;
  from: string;
  maxConnections: number;
  /** Longest time of one attempt, with its wait for a connection. */
  timeoutMs: number;
  logger: Logger;
}

/** Sends by SMTP over a pool of connections. */
export class SmtpMailer implements Mailer {
  readonly #options: SmtpMailerOptions;
  readonly #transport: Transporter;

  static create(options: SmtpMailerOptions): SmtpMailer {
    return new SmtpMailer(options);
  }

  /** The mailer that the configuration describes. */
  static fromConfig(options: {
    config: MessagesConfig;
    logger: Logger;
  }): SmtpMailer {
    const { config, logger } = options;
    return SmtpMailer.create({
      url: config.SMTP_URL,
      requireTls: config.SMTP_TLS === 'required',
      from: config.MAIL_FROM,
      maxConnections: config.SMTP_POOL_MAX,
      timeoutMs: config.SMTP_TIMEOUT_MS,
      logger,
    });
  }

  private constructor(options: SmtpMailerOptions) {
    this.#options = options;
    const { timeoutMs } = options;
    this.#transport = createTransport({
      url: options.url,
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
    this.#transport.on('error', error =>
      options.logger.warn(
        { code: (error as SmtpFailure).code },
        'A connection to the mail server broke',
      ),
    );
  }

  async send(mail: Mail): Promise<MailOutcome> {
    const { from, timeoutMs } = this.#options;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<MailOutcome>(resolve => {
      timer = setTimeout(
        () => resolve({ result: 'unknown', failure: 'smtp-timeout' }),
        timeoutMs,
      );
    });
    const sent = this.#transport
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
    this.#transport.close();
  }
}
