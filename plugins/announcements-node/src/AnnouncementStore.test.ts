import { mockServices, TestDatabases } from '@backstage/backend-test-utils';
import { Knex } from 'knex';
import { AnnouncementStore } from './AnnouncementStore';
import { sendAnnouncements } from './sendAnnouncements';

jest.setTimeout(60_000);

const AT = new Date('2026-11-26T12:00:00Z');

describe('announcements', () => {
  const databases = TestDatabases.create({ ids: ['POSTGRES_18'] });
  let knex: Knex;
  let announcements: AnnouncementStore;
  let sent: string[];
  let refused: string[];

  beforeEach(async () => {
    knex = await databases.init('POSTGRES_18');
    await knex.schema.createTable('told', table => {
      table.text('key').primary();
      table.specificType('recipients', 'text[]').notNullable();
      table.jsonb('payload').notNullable();
      table.timestamp('created_at').notNullable();
      table.timestamp('sent_at').nullable();
      table.integer('attempts').notNullable().defaultTo(0);
    });
    announcements = AnnouncementStore.create({ db: knex, table: 'told' });
    sent = [];
    refused = [];
  });

  afterEach(() => knex.destroy());

  const announcement = (key: string) => ({
    key,
    recipients: ['group:default/team'],
    payload: { title: key },
    at: AT,
  });

  const round = () =>
    sendAnnouncements({
      announcements,
      notifications: {
        send: async ({ payload }: any) => {
          if (refused.includes(payload.title)) {
            throw new Error('refused');
          }
          sent.push(payload.title);
        },
      },
      logger: mockServices.logger.mock(),
      now: () => AT,
    });

  it('are sent once, however often they are added and by however many', async () => {
    await announcements.add([announcement('a'), announcement('b')]);
    await announcements.add([announcement('a')]);
    await Promise.all([round(), round(), round()]);
    await announcements.add([announcement('b')]);
    await round();
    expect(sent.sort()).toEqual(['a', 'b']);
  });

  it('are there only when the transaction they belong to is', async () => {
    await expect(
      knex.transaction(async tx => {
        await announcements.add([announcement('a')], tx);
        throw new Error('killed');
      }),
    ).rejects.toThrow('killed');
    await round();
    expect(sent).toEqual([]);
  });

  it('let one that cannot be sent not hinder the others, and are given up in the end', async () => {
    await announcements.add([announcement('a'), announcement('b')]);
    refused = ['a'];
    for (let attempt = 0; attempt < 25; attempt += 1) {
      await round();
    }
    expect(sent).toEqual(['b']);
    refused = [];
    await round();
    expect(sent).toEqual(['b']);
  });
});
