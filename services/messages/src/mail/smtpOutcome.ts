import type { MailOutcome } from './Mailer.ts';

/** What the SMTP client tells of a failure. */
export interface SmtpFailure {
  code?: string;
  /** The server's three digits. */
  responseCode?: number;
  /** The command that was answered. */
  command?: string;
}

/** Failures before anything was said to the server. */
const NOT_CONNECTED = new Set([
  'ECONNREFUSED',
  'EDNS',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETLS',
  'EREQUIRETLS',
]);

/** Commands whose refusal concerns this message; that of another concerns us. */
const OF_THE_MESSAGE = /^(RCPT TO|DATA|message)/i;

/** What a failure means for the message (RFC 5321, section 4.2.1). */
export function smtpOutcome(
  failure: SmtpFailure,
): Exclude<MailOutcome, { result: 'accepted' }> {
  const { code, responseCode, command } = failure;
  if (responseCode !== undefined && responseCode >= 400) {
    const permanent =
      responseCode >= 500 &&
      code !== 'EAUTH' &&
      OF_THE_MESSAGE.test(command ?? '');
    return {
      result: permanent ? 'rejected' : 'not-sent',
      failure: `smtp-${responseCode}`,
    };
  }
  if (code === 'EAUTH') {
    return { result: 'not-sent', failure: 'smtp-sign-in' };
  }
  if (code !== undefined && NOT_CONNECTED.has(code)) {
    return { result: 'not-sent', failure: 'smtp-no-connection' };
  }
  if (code === 'EENVELOPE' || code === 'EMESSAGE') {
    // The client itself finds that it cannot be sent.
    return { result: 'rejected', failure: 'smtp-not-sendable' };
  }
  return {
    result: 'unknown',
    failure: code === 'ETIMEDOUT' ? 'smtp-timeout' : 'smtp-connection-lost',
  };
}
