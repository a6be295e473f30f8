import { AddressInfo } from 'node:net';
import {
  coreServices,
  createServiceFactory,
} from '@backstage/backend-plugin-api';
import {
  mockCredentials,
  mockServices,
  startTestBackend,
  TestDatabases,
} from '@backstage/backend-test-utils';
import { ConfigReader } from '@backstage/config';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import notifications from '@backstage/plugin-notifications-backend';
import { ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';
import request from 'supertest';
import { isMailConnected } from './mailConnection';
import { mailTexts } from './mailTexts';
import { notificationMail } from './notificationMail';

jest.setTimeout(120_000);

const GIULIA = 'user:default/giulia';
const person = (name: string, email: string) => ({
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'User',
  metadata: { name, namespace: 'default' },
  spec: { profile: { email }, memberOf: [] },
});

async function until<T>(look: () => T | undefined): Promise<T> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const found = look();
    if (found !== undefined) {
      return found;
    }
    if (Date.now() > deadline) {
      throw new Error('it did not come');
    }
    await new Promise(resolve => setTimeout(resolve, 25));
  }
}

describe('notifications by mail', () => {
  const databases = TestDatabases.create({ ids: ['POSTGRES_18'] });
  const stops: Array<() => Promise<unknown>> = [];

  afterEach(async () => {
    for (const stop of stops.splice(0).reverse()) {
      await stop();
    }
  });

  async function mailServer() {
    const mails: Array<ParsedMail & { recipients: string[] }> = [];
    const server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['AUTH', 'STARTTLS'],
      onData(stream, session, callback) {
        simpleParser(stream).then(
          mail => {
            mails.push({
              ...mail,
              recipients: session.envelope.rcptTo.map(({ address }) => address),
            });
            callback();
          },
          error => callback(error),
        );
      },
    });
    await new Promise<void>(resolve => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const { port } = server.server.address() as AddressInfo;
    const stop = () =>
      new Promise<void>(resolve => {
        server.close(() => resolve());
      });
    return { mails, port, stop };
  }

  async function portal(email: object | undefined) {
    const knex = await databases.init('POSTGRES_18');
    const logger = mockServices.rootLogger.mock();
    logger.child.mockReturnValue(logger);
    const backend = await startTestBackend({
      features: [
        notifications,
        notificationMail,
        mockServices.rootConfig.factory({
          data: {
            app: { baseUrl: 'http://portal.test', title: 'Shopfloor' },
            backend: { baseUrl: 'http://portal.test' },
            notifications: { ...(email && { processors: { email } }) },
          },
        }),
        createServiceFactory({
          service: coreServices.rootLogger,
          deps: {},
          factory: () => logger,
        }),
        createServiceFactory({
          service: coreServices.database,
          deps: {},
          factory: () => ({ getClient: async () => knex }),
        }),
        catalogServiceMock.factory({
          entities: [
            person('giulia', 'giulia.conti@larkfield.example'),
            person('gus', 'gus@elsewhere.example'),
          ],
        }),
      ],
    });
    stops.push(() => backend.stop());
    const notify = async (entityRef: string, payload: object) => {
      const { status } = await request(backend.server)
        .post('/api/notifications/notifications')
        .set(
          'authorization',
          mockCredentials.service.header({
            onBehalfOf: mockCredentials.service('plugin:approvals'),
            targetPluginId: 'notifications',
          }),
        )
        .send({ recipients: { type: 'entity', entityRef }, payload });
      expect(status).toBe(200);
    };
    const inbox = async () =>
      (
        await request(backend.server)
          .get('/api/notifications/notifications')
          .set('authorization', mockCredentials.user.header(GIULIA))
      ).body.notifications.map((each: any) => each.payload.title);
    const logged = () =>
      [logger.info, logger.error]
        .flatMap(({ mock }) => mock.calls)
        .map(([message]) => message);
    return { notify, inbox, logged };
  }

  const over = (port: number, more: object = {}) => ({
    transportConfig: { transport: 'smtp', hostname: '127.0.0.1', port },
    sender: 'Shopfloor <portal@larkfield.example>',
    ...more,
  });

  it('reach an approver with the link to the decision, and nobody whose address is not allowed', async () => {
    const { mails, port, stop } = await mailServer();
    stops.push(stop);
    const { notify, inbox } = await portal(
      over(port, { allowedEmailDomains: ['larkfield.example'] }),
    );

    await notify('user:default/gus', { title: 'For gus', topic: 'approvals' });
    await notify(GIULIA, {
      title: 'orders asks for <b>provider-key</b>',
      description: 'Reason: "refunds" <script>',
      link: '/approvals/42',
      topic: 'approvals',
      severity: 'high',
    });

    const mail = await until(() => mails[0]);
    expect(mail).toMatchObject({
      subject: '[!] orders asks for <b>provider-key</b>',
      recipients: ['giulia.conti@larkfield.example'],
      from: { value: [{ address: 'portal@larkfield.example' }] },
    });
    expect(mail.text).toContain('http://portal.test/approvals/42');
    expect(mail.html).toContain('href="http://portal.test/approvals/42"');
    expect(mail.html).not.toMatch(/<b>|<script>/);
    expect(await inbox()).toEqual(['orders asks for <b>provider-key</b>']);
    expect(mails).toHaveLength(1);
  });

  it('stay in the portal while the mail server is away, and are mailed again once it is there', async () => {
    const first = await mailServer();
    await first.stop();
    const { notify, inbox, logged } = await portal(over(first.port));

    await notify(GIULIA, { title: 'While it is away' });
    await until(() =>
      logged().find(line => line.includes('Failed to send email')),
    );
    expect(await inbox()).toEqual(['While it is away']);

    const back = new SMTPServer({
      authOptional: true,
      disabledCommands: ['AUTH', 'STARTTLS'],
    });
    const came: string[] = [];
    back.onData = (stream, session, callback) => {
      came.push(...session.envelope.rcptTo.map(({ address }) => address));
      stream.resume();
      stream.once('end', () => callback());
    };
    await new Promise<void>(resolve => {
      back.listen(first.port, '127.0.0.1', resolve);
    });
    stops.push(() => new Promise<void>(resolve => back.close(() => resolve())));
    await notify(GIULIA, { title: 'A reminder' });
    expect(await until(() => came[0])).toBe('giulia.conti@larkfield.example');
  });

  it('are in the portal alone where no mail is connected, which says how to connect it', async () => {
    const { notify, inbox, logged } = await portal({
      transportConfig: { transport: 'smtp', requireTls: true },
    });
    expect(logged().join('\n')).toContain('SHOPFLOOR_SMTP_HOST');
    await notify(GIULIA, { title: 'In the portal' });
    expect(await inbox()).toEqual(['In the portal']);
  });
});

describe('the connection of mail', () => {
  const connected = (email: object) =>
    isMailConnected(
      new ConfigReader({
        notifications: { processors: { email } },
      } as any),
    );
  const smtp = { transport: 'smtp', hostname: 'smtp.test', port: 587 };
  const sender = 'portal@larkfield.example';

  it('is there, or is not wanted', () => {
    expect(connected({ transportConfig: smtp, sender })).toBe(true);
    expect(
      connected({ transportConfig: { ...smtp, port: '587' }, sender }),
    ).toBe(true);
    expect(connected({ transportConfig: { transport: 'ses' }, sender })).toBe(
      true,
    );
    expect(connected({ transportConfig: { transport: 'smtp' } })).toBe(false);
    expect(isMailConnected(new ConfigReader({}))).toBe(false);
  });

  it.each([
    [{ transportConfig: smtp }, 'sender is missing'],
    [{ transportConfig: { transport: 'smtp' }, sender }, 'hostname'],
    [
      { transportConfig: { ...smtp, port: undefined }, sender },
      'transportConfig.port',
    ],
    [
      { transportConfig: { ...smtp, username: 'portal' }, sender },
      'transportConfig.password',
    ],
  ])('that is said in part stops the start: %j', (email, message) => {
    expect(() => connected(email)).toThrow(message);
  });
});

describe('the words of a mail', () => {
  it.each([
    ['/approvals/7', 'https://portal.test/base/approvals/7'],
    ['https://other.test/x', 'https://other.test/x'],
    ['data:text/html,x', 'https://portal.test/base/notifications'],
    [undefined, 'https://portal.test/base/notifications'],
  ])('lead with %s to %s', (link, address) => {
    const { subject, text, html } = mailTexts({
      notification: {
        payload: { title: 'A\r\nBcc: x@y.test', ...(link && { link }) },
      },
      baseUrl: 'https://portal.test/base/',
      portal: 'Shopfloor',
    });
    expect(subject).toBe('A Bcc: x@y.test');
    expect(text).toContain(`打开: ${address}\n`);
    expect(html).toContain(`<a href="${address}">`);
    expect(text).toContain('https://portal.test/base/settings/notifications');
  });
});
