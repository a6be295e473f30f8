import { Access, SecretKind } from '../secret';
import { day, T0 } from '../testing/grants';
import { RotationNeed, rotationNeed } from './rotation';
import {
  endOf,
  noticeDue,
  rotationAfterRevocation,
  rotationBySchedule,
  secondsLeft,
} from './timing';
import { GrantRequest } from './types';

const DAY = 86_400;

describe('times of a grant', () => {
  /** Notice is a fifth of the time, at most 7 days. */
  it.each([
    [10 * DAY, day(10), day(8)],
    [90 * DAY, day(90), day(83)],
    [35 * DAY, day(35), day(28)],
    [600, '2026-11-02T09:10:00.000Z', '2026-11-02T09:08:00.000Z'],
  ])('%d s from the approval', (seconds, expiresAt, expiringAt) => {
    expect(endOf(T0, seconds)).toEqual({ expiresAt, expiringAt });
  });

  it('what is left is whole seconds, and never less than none', () => {
    expect(secondsLeft(T0, '2026-11-02T08:59:58.500Z')).toBe(1);
    expect(secondsLeft(T0, day(1))).toBe(0);
  });

  it.each([
    ['long before', 90 * DAY, 80, undefined],
    ['a week before', 90 * DAY, 83, 7],
    ['two days before', 90 * DAY, 88, 7],
    ['a day before', 90 * DAY, 89, 1],
    ['at the end', 90 * DAY, 90, undefined],
    ['of five days, three before', 5 * DAY, 2, undefined],
    ['of five days, one before', 5 * DAY, 4, 1],
    ['of a few hours', 8 * 3_600, 0.2, undefined],
  ])('the end is announced %s', (_, seconds, now, days) => {
    expect(
      noticeDue({
        approvedAt: T0,
        expiresAt: endOf(T0, seconds).expiresAt,
        now: day(now),
      }),
    ).toBe(days);
  });

  it.each<[SecretKind, Access[], RotationNeed]>([
    ['kv', ['read', 'write'], { needed: 'value' }],
    ['kv', ['write'], { needed: false, why: 'nothing-read' }],
    ['pki', ['issue'], { needed: 'certificate' }],
    ['database', ['read'], { needed: false, why: 'leases-end' }],
    [
      'transit',
      ['encrypt', 'decrypt'],
      { needed: false, why: 'key-stays-in-vault' },
    ],
  ])('the end of %s %j leaves %j', (kind, access, need) => {
    const request = { secret: { kind, path: 'p' }, access } as GrantRequest;
    expect(rotationNeed({ request, activeSince: T0 })).toEqual(need);
    expect(rotationNeed({ request })).toEqual({
      needed: false,
      why: 'never-in-force',
    });
  });

  it('a value that somebody has is due by its class, an old one by its age', () => {
    expect([
      rotationAfterRevocation(T0, 'critical'),
      rotationAfterRevocation(T0, 'sensitive'),
      rotationAfterRevocation(T0, 'standard'),
      rotationAfterRevocation(T0),
      rotationBySchedule(T0, 90),
    ]).toEqual([day(1), day(7), day(30), day(7), day(90)]);
  });
});
