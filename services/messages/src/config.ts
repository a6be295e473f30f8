import {
  authConfigSpec,
  type ConfigOf,
  databaseConfigSpec,
  dependencyConfigSpec,
  eventsConfigSpec,
  integer,
  InvalidConfigurationError,
  loadConfig,
  loadConfigSpec,
  oneOf,
  optionalFile,
  secret,
  secretUrl,
  serviceConfigSpec,
  text,
} from '@shopfloor/service-kit';

const shopUrl = text({
  description:
    'Address of the shop for its people, to which `/unsubscribe` is added.',
});

/** Every key of the running service. */
export const messagesConfigSpec = {
  ...serviceConfigSpec,
  ...databaseConfigSpec,
  ...authConfigSpec,
  ...loadConfigSpec,
  ...eventsConfigSpec,
  ...dependencyConfigSpec('orders', { timeoutMs: 3000 }),
  SMTP_URL: secretUrl({
    description: 'The mail server, perhaps with a name and password.',
    protocols: ['smtp:', 'smtps:'],
    file: 'SMTP_URL_FILE',
  }),
  SMTP_URL_FILE: optionalFile({
    description:
      'File with the value of `SMTP_URL` in its place, which an agent of Vault keeps: it is read every 2 s. While it is gone no mail is sent, and the service is not ready.',
  }),
  SMTP_TLS: oneOf(['required', 'if-offered'], {
    description:
      'Whether a mail server without encryption is refused. `smtps:` is encrypted from the start.',
    default: 'required',
  }),
  SMTP_POOL_MAX: integer({
    description: 'Most connections to the mail server, and messages at once.',
    default: 4,
    min: 1,
    max: 50,
  }),
  SMTP_TIMEOUT_MS: integer({
    description: 'Longest time of one attempt to send a message.',
    default: 20_000,
    unit: 'ms',
    min: 100,
    max: 120_000,
  }),
  SMTP_MAX_PER_SECOND: integer({
    description: 'Messages that each replica sends at most.',
    default: 20,
    unit: '1/s',
    min: 1,
    max: 1000,
  }),
  MAIL_FROM: text({
    description:
      'Sender of every message, such as `Shop <orders@shop.example>`.',
  }),
  CARE_MAILBOX: text({
    description: 'Where messages for the people of care go.',
  }),
  CARE_LANGUAGE: oneOf(['en', 'zh'], {
    description: 'Language of messages to care.',
    default: 'en',
  }),
  SHOP_NAME: text({ description: 'Name of the shop in messages.' }),
  SHOP_URL: shopUrl,
  ORDER_PAGE_URL: text({
    description:
      'Page of an order for its shopper, with `{orderId}` for its id. Empty, as in the sandbox, which has no pages for shoppers: messages have no link.',
    default: '',
  }),
  RECIPIENT_KEY: secret({
    description:
      'Key of unsubscribe tokens and of the hashes in the suppression list, at least 32 characters. Changing it forgets who left.',
  }),
  WEBHOOK_KEY: secret({
    description:
      'Key that seals the secrets of webhooks in the database, at least 32 characters.',
  }),
  WEBHOOK_TRUSTED_HOSTS: text({
    description:
      'Hosts of webhooks, separated by commas, that may be at private addresses, on any port and over plain HTTP. Empty: only public HTTPS.',
    default: '',
  }),
  WEBHOOK_TIMEOUT_MS: integer({
    description: 'Longest time of one delivery to a webhook.',
    default: 10_000,
    unit: 'ms',
    min: 50,
    max: 60_000,
  }),
  WEBHOOK_DISABLE_AFTER: integer({
    description:
      'Failed attempts in a row after which a webhook is no longer tried until staff enable it.',
    default: 50,
    min: 1,
  }),
  WEBHOOK_MAX_CONCURRENT: integer({
    description: 'Deliveries to webhooks at once.',
    default: 16,
    min: 1,
    max: 200,
  }),
  POLL_INTERVAL_MS: integer({
    description:
      'How often messages and deliveries are looked for that are due.',
    default: 1000,
    unit: 'ms',
    min: 10,
  }),
  RETENTION_DAYS: integer({
    description:
      'How long it is kept which messages were sent, and which webhooks.',
    default: 180,
    unit: 'days',
    min: 1,
    max: 3650,
  }),
};

/** Every key of the migration program. */
export const migrateConfigSpec = {
  DATABASE_URL: databaseConfigSpec.DATABASE_URL,
};

/** Configuration of the running service. */
export type MessagesConfig = ConfigOf<typeof messagesConfigSpec>;

const ADDRESS = /^[^\s@<>,;]+@[^\s@<>,;]+$/;

/** The bare address of `Name <address>`. */
export function addressOf(mailbox: string): string {
  return /<([^<>]*)>\s*$/.exec(mailbox)?.[1] ?? mailbox.trim();
}

/** Right side of the sender's address. */
export function domainOf(mailbox: string): string {
  return addressOf(mailbox).split('@')[1];
}

/** Hosts of a list. */
export function trustedHosts(config: {
  readonly WEBHOOK_TRUSTED_HOSTS: string;
}): ReadonlySet<string> {
  return new Set(
    config.WEBHOOK_TRUSTED_HOSTS.split(',')
      .map(host => host.trim().toLowerCase())
      .filter(Boolean),
  );
}

/** Reads the service's configuration, or throws with every problem. */
export function readMessagesConfig(
  env: Record<string, string | undefined>,
): MessagesConfig {
  const config = loadConfig(messagesConfigSpec, env);
  const problems = [
    ...(['MAIL_FROM', 'CARE_MAILBOX'] as const)
      .filter(name => !ADDRESS.test(addressOf(config[name])))
      .map(name => `${name} must be an e-mail address`),
    ...(['RECIPIENT_KEY', 'WEBHOOK_KEY'] as const)
      .filter(name => config[name].length < 32)
      .map(name => `${name} must have at least 32 characters`),
    ...(/^https?:\/\//.test(config.SHOP_URL) && URL.canParse(config.SHOP_URL)
      ? []
      : ['SHOP_URL must be a URL that begins with http: or https:']),
  ];
  if (problems.length > 0) {
    throw new InvalidConfigurationError(problems);
  }
  return config;
}
