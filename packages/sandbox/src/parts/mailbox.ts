import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { MailboxSettings } from '../mailbox/main.ts';
import type { PartDefinition, SandboxContext } from '../supervisor/types.ts';

/** Where the mail of the shop ends: an SMTP server that delivers to nobody, and a page to read it. */
export function mailboxPart(ctx: SandboxContext): PartDefinition {
  return {
    kind: 'process',
    name: 'mailbox',
    version: serverVersion,
    address: `http://localhost:${ctx.ports.mailbox}`,
    command: () => {
      const settings: MailboxSettings = {
        repoRoot: ctx.repoRoot,
        dir: join(ctx.stateDir, 'mailbox'),
        port: ctx.ports.mailbox,
        smtpPort: ctx.ports.mailboxSmtp,
      };
      return {
        file: ctx.nodePath,
        args: [
          '--disable-warning=ExperimentalWarning',
          join(ctx.repoRoot, 'packages/sandbox/src/mailbox/main.ts'),
        ],
        env: {
          NODE_ENV: 'production',
          SHOPFLOOR_MAILBOX: JSON.stringify(settings),
        },
      };
    },
    health: {
      kind: 'http',
      url: `http://127.0.0.1:${ctx.ports.mailbox}/api/newest`,
    },
  };
}

function serverVersion(): string {
  const require = createRequire(import.meta.url);
  return require('smtp-server/package.json').version;
}
