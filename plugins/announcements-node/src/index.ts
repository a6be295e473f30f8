/**
 * Notifications that are written with what they are about, and sent at least once.
 *
 * @packageDocumentation
 */
export * from './AnnouncementStore';
export * from './sendAnnouncements';
