/** An e-mail to one recipient. */
export interface Mail {
  /** Header Message-ID without brackets: the same for each attempt, so that a mail program can tell a repetition. */
  messageId: string;
  to: string;
  subject: string;
  text: string;
  html: string;
  headers: Record<string, string>;
}

/**
 * What came of an attempt.
 *
 * - `accepted`: the mail server has it and answers for it.
 * - `rejected`: it will never take it for this recipient, or with this content.
 * - `not-sent`: it certainly does not have it; trying again may help.
 * - `unknown`: the connection ended before it answered, so it may have it.
 */
export type MailOutcome =
  | { result: 'accepted' }
  | {
      result: 'rejected' | 'not-sent' | 'unknown';
      /** Stable and without the server's words, which may quote the address: `smtp-550`, `smtp-timeout`. */
      failure: string;
    };

/** A way to send e-mail. */
export interface Mailer {
  /** Whether it has what it signs in with. Without that, messages had better wait. */
  readonly usable: boolean;
  /** Never throws for what a mail server does. */
  send(mail: Mail): Promise<MailOutcome>;
  close(): Promise<void>;
}
