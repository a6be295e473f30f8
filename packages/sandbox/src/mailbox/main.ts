import { loadThemeCss } from '../oidc/theme.ts';
import { MailStore } from './MailStore.ts';
import { startMailboxServer } from './server.ts';
import { startSmtp } from './smtp.ts';

/** What the part `mailbox` passes in the environment variable `SHOPFLOOR_MAILBOX`. */
export interface MailboxSettings {
  repoRoot: string;
  /** Folder of the messages. */
  dir: string;
  port: number;
  smtpPort: number;
}

const MAX_MESSAGES = 500;
const MAX_BYTES = 100 * 1024 * 1024;

const settings: MailboxSettings = JSON.parse(
  process.env.SHOPFLOOR_MAILBOX ?? '{}',
);
const store = MailStore.open({
  dir: settings.dir,
  maxMessages: MAX_MESSAGES,
  maxBytes: MAX_BYTES,
});
const smtp = await startSmtp({ port: settings.smtpPort, store });
const server = await startMailboxServer({
  port: settings.port,
  store,
  themeCss: await loadThemeCss(settings.repoRoot),
});
console.log(
  `mail is taken on 127.0.0.1:${settings.smtpPort} and shown on 127.0.0.1:${settings.port}`,
);
process.once('SIGTERM', () => {
  server.close();
  server.closeAllConnections();
  smtp.close(() => process.exit(0));
});
