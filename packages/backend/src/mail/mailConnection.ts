import { Config } from '@backstage/config';

const KEY = 'notifications.processors.email';

/** What an operator does to have notifications mailed. */
export const HOW_TO_CONNECT_MAIL =
  'Notifications are in the portal alone, and nobody is mailed: set SHOPFLOOR_SMTP_HOST, SHOPFLOOR_SMTP_PORT and SHOPFLOOR_MAIL_SENDER (docs/how-to/mail.md)';

/**
 * Whether it is said how mail leaves.
 *
 * @throws Error that names the key, for a configuration that says it in part
 */
export function isMailConnected(config: Config): boolean {
  const given = config.getOptionalConfig(KEY);
  const transport = given?.getOptionalConfig('transportConfig');
  const kind = transport?.getOptionalString('transport');
  if (!given || !kind) {
    return false;
  }
  const sender = given.getOptionalString('sender');
  const addressed =
    kind !== 'smtp' || Boolean(transport?.getOptionalString('hostname'));
  if (!addressed) {
    // A file names the transport, and the environment not where it is: nobody wants mail here.
    if (sender) {
      throw new Error(
        `${KEY}.sender is set, but not where mail is handed over: set ${KEY}.transportConfig.hostname, or remove both`,
      );
    }
    return false;
  }
  if (!sender) {
    throw new Error(
      `${KEY}.sender is missing: say in whose name the portal sends mail`,
    );
  }
  if (kind === 'smtp') {
    const port = transport?.getOptionalNumber('port');
    if (
      port === undefined ||
      !Number.isInteger(port) ||
      port < 1 ||
      port > 65_535
    ) {
      throw new Error(
        `${KEY}.transportConfig.port must be a port between 1 and 65535`,
      );
    }
    if (
      transport?.getOptionalString('username') &&
      !transport.getOptionalString('password')
    ) {
      throw new Error(
        `${KEY}.transportConfig.password is missing for the user name that is set`,
      );
    }
  }
  return true;
}
