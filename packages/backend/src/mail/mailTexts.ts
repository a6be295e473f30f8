import {
  Notification,
  notificationSeverities,
} from '@backstage/plugin-notifications-common';
import { resolveNotificationLink } from '@backstage/plugin-notifications-node';

/** What a mail says. */
export interface MailTexts {
  subject: string;
  text: string;
  html: string;
}

/** Options of {@link mailTexts}. */
export interface MailTextsOptions {
  notification: Pick<Notification, 'payload'>;
  /** Address of the portal, as people open it. */
  baseUrl: string;
  /** What the portal is called. */
  portal: string;
}

/**
 * A notification as a mail, in English and Chinese, since what a reader's language is, is not known here. Titles and descriptions hold
 * what people typed, so nothing of them is taken as HTML, and a link leads to the portal or another http(s) address and nowhere else.
 */
export function mailTexts(options: MailTextsOptions): MailTexts {
  const { notification, baseUrl, portal } = options;
  const { title, description, severity = 'normal' } = notification.payload;
  const root = baseUrl.replace(/\/+$/, '');
  const link = linkOf(notification.payload.link, root);
  const settings = `${root}/settings/notifications`;
  const urgent =
    notificationSeverities.indexOf(severity) <=
    notificationSeverities.indexOf('high');
  const about = oneLine(title);
  const reason = {
    en: `You get this since ${portal} has a notification for you. Choose what you are mailed:`,
    zh: `${portal} 有一条发给您的通知，因此发送此邮件。可在此选择接收哪些邮件：`,
  };
  return {
    subject: urgent ? `[!] ${about}` : about,
    text: [
      about,
      ...(description ? [description] : []),
      `Open · 打开: ${link}`,
      `-- \n${reason.en}\n${reason.zh}\n${settings}`,
    ].join('\n\n'),
    html: [
      `<p><strong>${escaped(about)}</strong></p>`,
      ...(description
        ? [`<p style="white-space: pre-wrap">${escaped(description)}</p>`]
        : []),
      `<p>Open · 打开: <a href="${escaped(link)}">${escaped(link)}</a></p>`,
      `<hr><p lang="en">${escaped(reason.en)}</p><p lang="zh-CN">${escaped(reason.zh)}</p>`,
      `<p><a href="${escaped(settings)}">${escaped(settings)}</a></p>`,
    ].join('\n'),
  };
}

function linkOf(link: string | undefined, root: string): string {
  const resolved = resolveNotificationLink(link, root);
  return resolved && /^https?:\/\//.test(resolved) && URL.canParse(resolved)
    ? resolved
    : `${root}/notifications`;
}

/** A subject is one line, and no header follows it. */
function oneLine(text: string): string {
  return text.replaceAll(/[\s\p{Cc}]+/gu, ' ').trim();
}

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, one => `&#${one.charCodeAt(0)};`);
}
