import {
  Announcement,
  AnnouncementStore,
} from '@shopfloor/plugin-announcements-node';
import { Knex } from 'knex';

/** The announcements of scorecards. */
export function announcementStore(db: Knex): AnnouncementStore {
  return AnnouncementStore.create({ db, table: 'scorecards_announcements' });
}

/** Adds announcements in a transaction. */
export async function saveAnnouncements(
  db: Knex,
  announcements: Announcement[],
): Promise<void> {
  await announcementStore(db).add(announcements);
}
