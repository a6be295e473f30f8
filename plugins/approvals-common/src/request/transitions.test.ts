import {
  after,
  approve,
  deny,
  HASH,
  later,
  openCommand,
  person,
  REQUESTER,
  T0,
} from '../testing/requests';
import { Actor, ApprovalCommand, COMMAND_TYPES } from './commands';
import { decide } from './decide';
import { ApprovalRequest, REQUEST_STATES, RequestState } from './types';

const anna = person('anna', ['merchandising']);
const bert = person('bert', ['merchandising']);
const sven = person('sven', ['security']);
const pia = person('pia', ['platform']);
const glass = {
  type: 'break-glass',
  reason: 'the shop is down',
  contentHash: HASH,
} as const;

/** One request in each state, an hour after it was opened. */
const requests: Record<RequestState | 'none', ApprovalRequest | undefined> = {
  none: undefined,
  waiting: after([]),
  approved: after([
    [approve(), anna],
    [approve(), bert],
    [approve('security'), sven],
  ]),
  'auto-approved': after([], {
    ...after([]).policy,
    autoApprove: { risks: ['high'], reason: { en: 'small', zh: '小' } },
  }),
  'break-glass': after([[glass, sven]]),
  'break-glass-reviewed': after([
    [glass, sven],
    [{ type: 'review', verdict: 'confirmed', comment: 'right' }, pia],
  ]),
  denied: after([[deny(), anna]]),
  expired: after([[{ type: 'expire' }, undefined, later(48)]]),
  withdrawn: after([[{ type: 'withdraw' }, REQUESTER]]),
  superseded: after([[{ type: 'supersede', supersededBy: 'request-2' }]]),
};

/** Each command as it would be right, by who may, at a time when it is due for a request that waits. */
const commands: Record<
  (typeof COMMAND_TYPES)[number],
  [ApprovalCommand, Actor | undefined, string]
> = {
  open: [openCommand(), undefined, T0],
  approve: [approve(), anna, later(2)],
  deny: [deny(), anna, later(2)],
  comment: [{ type: 'comment', text: 'why now?' }, bert, later(2)],
  withdraw: [{ type: 'withdraw' }, REQUESTER, later(2)],
  supersede: [{ type: 'supersede', supersededBy: 'r-2' }, undefined, later(2)],
  'break-glass': [glass, sven, later(2)],
  review: [
    { type: 'review', verdict: 'objected', comment: 'no need' },
    pia,
    later(2),
  ],
  expire: [{ type: 'expire' }, undefined, later(48)],
  escalate: [{ type: 'escalate' }, undefined, later(8)],
  remind: [{ type: 'remind' }, undefined, later(4)],
  'mark-overdue': [{ type: 'mark-overdue' }, undefined, later(25)],
};

const DECIDED = {
  open: 'exists-already',
  approve: 'wrong-state',
  deny: 'wrong-state',
  comment: 'commented',
  withdraw: 'wrong-state',
  supersede: 'wrong-state',
  'break-glass': 'wrong-state',
  review: 'wrong-state',
  expire: 'wrong-state',
  escalate: 'wrong-state',
  remind: 'wrong-state',
  'mark-overdue': 'wrong-state',
};

/** The whole machine: for each state and command the events, or the code of the refusal. */
const table: Record<RequestState | 'none', Record<string, string>> = {
  none: {
    ...Object.fromEntries(COMMAND_TYPES.map(type => [type, 'not-there'])),
    open: 'opened stage-opened',
  },
  waiting: {
    open: 'exists-already',
    approve: 'approval-given',
    deny: 'denial-given denied',
    comment: 'commented',
    withdraw: 'withdrawn',
    supersede: 'superseded',
    'break-glass': 'glass-broken',
    review: 'wrong-state',
    expire: 'expired',
    escalate: 'escalated',
    remind: 'reminded',
    'mark-overdue': 'wrong-state',
  },
  approved: DECIDED,
  'auto-approved': DECIDED,
  'break-glass': {
    ...DECIDED,
    review: 'reviewed',
    'mark-overdue': 'review-overdue',
  },
  'break-glass-reviewed': DECIDED,
  denied: DECIDED,
  expired: DECIDED,
  withdrawn: DECIDED,
  superseded: DECIDED,
};

describe('every state and every command', () => {
  it('stand in the table', () => {
    expect(Object.keys(table).sort()).toEqual(
      ['none', ...REQUEST_STATES].sort(),
    );
    for (const [state, row] of Object.entries(table)) {
      expect(Object.keys(row).sort()).toEqual([...COMMAND_TYPES].sort());
      expect(requests[state as RequestState]?.state ?? 'none').toBe(state);
    }
  });

  it.each(
    Object.entries(table).flatMap(([state, row]) =>
      Object.entries(row).map(([command, answer]) => [state, command, answer]),
    ),
  )('%s + %s = %s', (state, type, answer) => {
    const [command, actor, now] = commands[type as ApprovalCommand['type']];
    const result = decide(requests[state as RequestState], command, {
      now,
      actor,
    });
    expect(
      'refusal' in result
        ? result.refusal.code
        : result.events.map(event => event.type).join(' '),
    ).toBe(answer);
  });
});
