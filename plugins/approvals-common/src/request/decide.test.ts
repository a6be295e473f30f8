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
  testPolicy,
  testSubject,
} from '../testing/requests';
import { applyEvents } from './apply';
import { Actor, ApprovalCommand } from './commands';
import { decide } from './decide';
import { outcomeOf } from './outcome';
import { ApprovalRequest } from './types';

const anna = person('anna', ['merchandising']);
const bert = person('bert', ['merchandising']);
const sven = person('sven', ['security']);
const both = person('both', ['merchandising', 'security']);
const pia = person('pia', ['platform']);
const stranger = person('stranger', ['other']);
const ritasDelegate = person(
  'dora',
  ['merchandising'],
  [{ name: 'rita', groups: ['merchandising'] }],
);
const forAnna = (name: string, groups: string[] = []) =>
  person(name, groups, [{ name: 'anna', groups: ['merchandising'] }]);
const inPlaceOfAnna = approve('owners', { actingFor: anna.ref });

function answer(
  request: ApprovalRequest | undefined,
  command: ApprovalCommand,
  actor?: Actor,
  now = later(2),
): string {
  const result = decide(request, command, { now, actor });
  return 'refusal' in result
    ? result.refusal.code
    : result.events.map(({ type }) => type).join(' ');
}

describe('approving', () => {
  it.each<[string, ApprovalRequest, ApprovalCommand, Actor, string]>([
    ['an owner', after([]), approve(), anna, 'approval-given'],
    [
      'the last owner, who opens the next stage',
      after([[approve(), anna]]),
      approve(),
      bert,
      'approval-given stage-completed stage-opened',
    ],
    [
      'the last of all, who makes it approved',
      after([
        [approve(), anna],
        [approve(), bert],
      ]),
      approve('security'),
      sven,
      'approval-given stage-completed approved',
    ],
    [
      'nobody twice',
      after([[approve(), anna]]),
      approve(),
      anna,
      'counted-already',
    ],
    [
      'nobody after denying',
      after([[deny(), anna]], testPolicy({ denials: 2 })),
      approve(),
      anna,
      'counted-already',
    ],
    ['nobody of another group', after([]), approve(), sven, 'not-an-approver'],
    [
      'nobody about a stage that is not open',
      after([]),
      approve('security'),
      sven,
      'wrong-stage',
    ],
    [
      'nobody who saw something else',
      after([]),
      approve('owners', { contentHash: `sha256:${'b'.repeat(64)}` }),
      anna,
      'content-changed',
    ],
    [
      'who asked, though a member',
      after([]),
      approve(),
      REQUESTER,
      'requester-never-counts',
    ],
    [
      'a delegate of who asked, in that place',
      after([]),
      approve('owners', { actingFor: REQUESTER.ref }),
      ritasDelegate,
      'requester-never-counts',
    ],
    [
      'the same person for herself',
      after([]),
      approve(),
      ritasDelegate,
      'approval-given',
    ],
    [
      'who asked, in the place of somebody else',
      after([]),
      inPlaceOfAnna,
      forAnna('rita'),
      'requester-never-counts',
    ],
    [
      'a delegate of any group',
      after([]),
      inPlaceOfAnna,
      forAnna('dora'),
      'approval-given',
    ],
    [
      'a delegate after the principal',
      after([[approve(), anna]]),
      inPlaceOfAnna,
      forAnna('dora'),
      'counted-already',
    ],
    [
      'the principal after a delegate',
      after([[inPlaceOfAnna, forAnna('dora')]]),
      approve(),
      anna,
      'counted-already',
    ],
    [
      'a delegate for himself after acting for another',
      after([[inPlaceOfAnna, forAnna('bert', ['merchandising'])]]),
      approve(),
      bert,
      'counted-already',
    ],
    [
      'somebody without a delegation',
      after([]),
      inPlaceOfAnna,
      bert,
      'no-delegation',
    ],
    [
      'a delegate where the policy has none',
      after([], testPolicy({ delegation: false })),
      inPlaceOfAnna,
      forAnna('dora'),
      'delegation-off',
    ],
    [
      'the same person in the next stage',
      after([
        [approve(), both],
        [approve(), bert],
      ]),
      approve('security'),
      both,
      'counted-already',
    ],
    [
      'the same person in the next stage, where the policy lets',
      after(
        [
          [approve(), both],
          [approve(), bert],
        ],
        testPolicy({ separateStages: false }),
      ),
      approve('security'),
      both,
      'approval-given stage-completed approved',
    ],
    ['the fallback too early', after([]), approve(), pia, 'not-an-approver'],
    [
      'the fallback once escalated',
      after([[{ type: 'escalate' }, undefined, later(8)]]),
      approve(),
      pia,
      'approval-given',
    ],
    [
      'the fallback in the next stage, which is not escalated',
      after([
        [{ type: 'escalate' }, undefined, later(8)],
        [approve(), anna, later(9)],
        [approve(), bert, later(9)],
      ]),
      approve('security'),
      pia,
      'not-an-approver',
    ],
  ])('%s', (_, request, command, actor, expected) => {
    expect(answer(request, command, actor, later(9))).toBe(expected);
  });

  it('ends with the time for it, to the millisecond', () => {
    const before = new Date(Date.parse(later(48)) - 1).toISOString();
    expect(answer(after([]), approve(), anna, before)).toBe('approval-given');
    expect(answer(after([]), approve(), anna, later(48))).toBe('expired');
    expect(answer(after([]), { type: 'expire' }, undefined, before)).toBe(
      'not-due',
    );
  });
});

describe('denying', () => {
  it('says why', () => {
    expect(answer(after([]), deny('owners', { comment: ' ' }), anna)).toBe(
      'comment-missing',
    );
  });

  it('takes as many people as the policy says', () => {
    const policy = testPolicy({ denials: 2 });
    const once = after([[deny(), anna]], policy);
    expect(once.state).toBe('waiting');
    expect(answer(once, deny(), anna)).toBe('counted-already');
    expect(answer(once, deny(), bert)).toBe('denial-given denied');
    // The two denials need not be of one stage.
    const next = after(
      [
        [deny(), anna],
        [approve(), bert],
        [approve(), both],
      ],
      policy,
    );
    expect(answer(next, deny('security'), sven)).toBe('denial-given denied');
  });

  it('is for those who may approve', () => {
    expect(answer(after([]), deny(), stranger)).toBe('not-an-approver');
    expect(answer(after([]), deny(), REQUESTER)).toBe('requester-never-counts');
  });
});

describe('opening', () => {
  it('fixes who decides, with the owners of the entity', () => {
    const request = after([]);
    expect(request.stages.map(({ approvers }) => approvers)).toEqual([
      ['group:default/merchandising'],
      ['group:default/security'],
    ]);
    expect(request).toMatchObject({
      version: 2,
      openedAt: T0,
      expiresAt: later(48),
      stage: 0,
    });
    expect(request.stages[0]).toMatchObject({
      openedAt: T0,
      escalatesAt: later(8),
      // Monday 10:00 and four hours of work.
      remindsAt: later(4),
    });
  });

  it('is refused when nobody else could decide', () => {
    expect(
      answer(undefined, { ...openCommand(), entityOwners: [] }, undefined, T0),
    ).toBe('no-approvers');
    expect(
      answer(
        undefined,
        { ...openCommand(), entityOwners: [REQUESTER.ref] },
        undefined,
        T0,
      ),
    ).toBe('no-approvers');
    expect(
      answer(
        undefined,
        { ...openCommand(), entityOwners: [REQUESTER.ref, anna.ref] },
        undefined,
        T0,
      ),
    ).toBe('no-approvers');
    expect(
      answer(
        undefined,
        { ...openCommand(), entityOwners: [anna.ref, bert.ref] },
        undefined,
        T0,
      ),
    ).toBe('opened stage-opened');
  });

  it.each<[string, object, object, string]>([
    ['a declared risk', {}, { risk: 'low' }, 'opened auto-approved'],
    ['another risk', {}, { risk: 'medium' }, 'opened stage-opened'],
    [
      'a declared environment',
      { environments: ['staging'] },
      { risk: 'low', environment: 'staging' },
      'opened auto-approved',
    ],
    [
      'another environment',
      { environments: ['staging'] },
      { risk: 'low' },
      'opened stage-opened',
    ],
    [
      'none, where one is asked for',
      { environments: ['staging'] },
      { risk: 'low', environment: undefined },
      'opened stage-opened',
    ],
    [
      'a place outside of production',
      { production: false },
      { risk: 'low', production: false },
      'opened auto-approved',
    ],
    [
      'a declared environment that is production',
      { environments: ['staging'], production: false },
      { risk: 'low', environment: 'staging', production: true },
      'opened stage-opened',
    ],
    [
      'a place of which nobody said whether it is production',
      { production: false },
      { risk: 'low', environment: 'staging' },
      'opened stage-opened',
    ],
  ])('with %s asks whom it must', (_, rule, subject, expected) => {
    const policy = testPolicy({
      autoApprove: {
        risks: ['low'],
        reason: { en: 'small', zh: '小' },
        ...rule,
      },
    });
    expect(
      answer(
        undefined,
        openCommand(policy, testSubject(subject)),
        undefined,
        T0,
      ),
    ).toBe(expected);
  });
});

describe('an emergency', () => {
  const glass = {
    type: 'break-glass',
    reason: 'the shop is down',
    contentHash: HASH,
  } as const;

  it.each<[string, ApprovalRequest, object, Actor, string]>([
    ['who may', after([]), {}, sven, 'glass-broken'],
    ['others', after([]), {}, anna, 'may-not-break-glass'],
    ['who asked', after([]), {}, REQUESTER, 'may-not-break-glass'],
    [
      'who asked, where the policy lets',
      after(
        [],
        testPolicy({
          breakGlass: {
            groups: ['group:default/security'],
            requesterMay: true,
            reviewWithinHours: 1,
            reviewers: ['group:default/platform'],
          },
        }),
      ),
      {},
      REQUESTER,
      'glass-broken',
    ],
    [
      'nobody without a reason',
      after([]),
      { reason: ' ' },
      sven,
      'reason-missing',
    ],
    [
      'nobody who saw something else',
      after([]),
      { contentHash: 'x' },
      sven,
      'content-changed',
    ],
    [
      'nobody without a rule',
      after([], testPolicy({ breakGlass: undefined })),
      {},
      sven,
      'no-break-glass',
    ],
  ])('lets %s', (_, request, more, actor, expected) => {
    expect(answer(request, { ...glass, ...more }, actor)).toBe(expected);
  });

  it('is reviewed by another who may', () => {
    const broken = after([[glass, sven]]);
    const review = (comment: string): ApprovalCommand => ({
      type: 'review',
      verdict: 'objected',
      comment,
    });
    expect(broken.glass?.reviewDueAt).toBe(later(25));
    expect(answer(broken, review('no'), sven)).toBe('own-break-glass');
    expect(answer(broken, review('no'), REQUESTER)).toBe('own-break-glass');
    expect(answer(broken, review('no'), anna)).toBe('not-a-reviewer');
    expect(answer(broken, review(' '), pia)).toBe('comment-missing');
    expect(answer(broken, review('no'), pia)).toBe('reviewed');
    expect(answer(broken, { type: 'mark-overdue' }, undefined, later(24))).toBe(
      'not-due',
    );
    const overdue = after([
      [glass, sven],
      [{ type: 'mark-overdue' }, undefined, later(25)],
    ]);
    expect(
      answer(overdue, { type: 'mark-overdue' }, undefined, later(30)),
    ).toBe('not-due');
    // Again every day, and since when it is overdue stays.
    expect(
      answer(overdue, { type: 'mark-overdue' }, undefined, later(48)),
    ).toBe('not-due');
    const reminded = after([
      [glass, sven],
      [{ type: 'mark-overdue' }, undefined, later(25)],
      [{ type: 'mark-overdue' }, undefined, later(49)],
    ]);
    expect(reminded.glass).toMatchObject({
      overdueSince: later(25),
      remindsAt: later(73),
    });
    expect(answer(overdue, review('late'), pia, later(99))).toBe('reviewed');
  });
});

describe('time and owners of subjects', () => {
  it('escalate once, and remind again', () => {
    const escalated = after([[{ type: 'escalate' }, undefined, later(8)]]);
    expect(answer(escalated, { type: 'escalate' }, undefined, later(9))).toBe(
      'not-due',
    );
    const reminded = after([[{ type: 'remind' }, undefined, later(4)]]);
    // Monday 14:00 and four hours of work: three until 17:00, one from Tuesday 09:00.
    expect(reminded.stages[0].remindsAt).toBe(later(24));
  });

  it('withdraw only the own ones', () => {
    expect(answer(after([]), { type: 'withdraw' }, anna)).toBe('not-requester');
    const byOwner = decide(after([]), { type: 'withdraw' }, { now: later(1) });
    expect(byOwner).toMatchObject({ events: [{ by: 'plugin:traffic' }] });
  });

  it('need a person for what people do', () => {
    for (const command of [
      approve(),
      deny(),
      { type: 'comment', text: 'x' },
      { type: 'break-glass', reason: 'x', contentHash: HASH },
    ] as ApprovalCommand[]) {
      expect(answer(after([]), command)).toBe('nobody-acts');
    }
  });
});

describe('outcomes', () => {
  const told = (
    request: ApprovalRequest | undefined,
    command: ApprovalCommand,
    actor?: Actor,
    now = later(2),
  ) => {
    const result = decide(request, command, { now, actor });
    if ('refusal' in result) {
      throw new Error(result.refusal.code);
    }
    return outcomeOf(applyEvents(request, result.events), result.events);
  };

  it('tell who decided about which content', () => {
    const open = after([
      [approve(), anna],
      [approve(), forAnna('x', ['merchandising'])],
    ]);
    expect(told(open, approve('security', { comment: 'go' }), sven)).toEqual({
      requestId: 'request-1',
      type: 'traffic-change',
      subjectId: 'change-1',
      contentHash: HASH,
      outcome: 'approved',
      granted: true,
      objected: false,
      at: later(2),
      by: [anna.ref, 'user:default/x', sven.ref],
      comment: 'go',
    });
    expect(told(after([]), deny(), anna)).toMatchObject({
      outcome: 'denied',
      granted: false,
      by: [anna.ref],
      comment: 'no',
    });
  });

  it('are none while it waits', () => {
    expect(told(after([]), approve(), anna)).toBeUndefined();
    expect(told(after([]), { type: 'comment', text: 'x' }, anna)).toBe(
      undefined,
    );
    expect(
      told(after([[deny(), anna]]), { type: 'comment', text: 'x' }, anna),
    ).toBeUndefined();
  });

  it('tell a broken glass apart, and take it back when its review objects', () => {
    const glass: ApprovalCommand = {
      type: 'break-glass',
      reason: 'down',
      contentHash: HASH,
    };
    expect(told(after([]), glass, sven)).toMatchObject({
      outcome: 'break-glass',
      granted: true,
      by: [sven.ref],
      comment: 'down',
    });
    for (const verdict of ['confirmed', 'objected'] as const) {
      expect(
        told(
          after([[glass, sven]]),
          { type: 'review', verdict, comment: 'so' },
          pia,
        ),
      ).toMatchObject({
        outcome: 'break-glass-reviewed',
        granted: verdict === 'confirmed',
        objected: verdict === 'objected',
        by: [pia.ref],
        comment: 'so',
      });
    }
  });

  it('of what needs nobody name nobody', () => {
    const policy = testPolicy({
      autoApprove: { risks: ['high'], reason: { en: 'small', zh: '小' } },
    });
    expect(told(undefined, openCommand(policy), undefined, T0)).toMatchObject({
      outcome: 'auto-approved',
      granted: true,
      by: [],
    });
  });
});
