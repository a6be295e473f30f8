import {
  coreServices,
  createBackendFeatureLoader,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import { notificationsEmailTemplateExtensionPoint } from '@backstage/plugin-notifications-backend-module-email';
import { HOW_TO_CONNECT_MAIL, isMailConnected } from './mailConnection';
import { mailTexts } from './mailTexts';

/** The words of mails. */
const mailWords = createBackendModule({
  pluginId: 'notifications',
  moduleId: 'mail-words',
  register(env) {
    env.registerInit({
      deps: {
        config: coreServices.rootConfig,
        templates: notificationsEmailTemplateExtensionPoint,
      },
      async init({ config, templates }) {
        const shared = {
          baseUrl: config.getString('app.baseUrl'),
          portal: config.getOptionalString('app.title') ?? 'Shopfloor',
        };
        templates.setTemplateRenderer({
          getSubject: async notification =>
            mailTexts({ notification, ...shared }).subject,
          getText: async notification =>
            mailTexts({ notification, ...shared }).text,
          getHtml: async notification =>
            mailTexts({ notification, ...shared }).html,
        });
      },
    });
  },
});

/**
 * Notifications by mail, where the configuration says how mail leaves; else a line in the log that says how to. A notification is in
 * the portal's database before its mail is sent, so a mail server that is away delays nothing and loses no notification.
 */
export const notificationMail = createBackendFeatureLoader({
  deps: {
    config: coreServices.rootConfig,
    logger: coreServices.rootLogger,
  },
  async *loader({ config, logger }) {
    if (!isMailConnected(config)) {
      logger.info(HOW_TO_CONNECT_MAIL);
      return;
    }
    yield import('@backstage/plugin-notifications-backend-module-email');
    yield mailWords;
  },
});
