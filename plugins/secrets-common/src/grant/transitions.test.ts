import {
  ADOPT,
  APPROVE,
  ASK,
  day,
  grantAfter,
  HASH,
  PLAN,
  proof,
  REQUESTER,
  T0,
} from '../testing/grants';
import { applyGrantEvents } from './apply';
import {
  GRANT_COMMAND_TYPES,
  GrantCommand,
  GrantCommandType,
  GrantContext,
} from './commands';
import { decideGrant } from './decide';
import { GRANT_STATES, GrantData, GrantState } from './types';

const gone = { what: 'policy', expected: 'x', seenAt: day(3) } as const;
const start: GrantCommand = { type: 'start' };
const applied: GrantCommand = { type: 'finish-apply' };
const failed: GrantCommand = {
  type: 'fail',
  reason: 'vault-refused',
  words: 'no',
};
const revoke: GrantCommand = { type: 'revoke', reason: 'revoked-by-person' };
const active = grantAfter([APPROVE], [start], [applied]);

/** One grant in each state. */
const grants: Record<GrantState | 'none', GrantData | undefined> = {
  none: undefined,
  requested: grantAfter(),
  denied: grantAfter([{ type: 'deny', by: ['user:default/gus'] }]),
  withdrawn: grantAfter([{ type: 'withdraw' }, { actor: REQUESTER }]),
  approved: grantAfter([APPROVE]),
  applying: grantAfter([APPROVE], [start]),
  'waiting-authorisation': grantAfter(
    [APPROVE],
    [start],
    [{ type: 'await-authorisation', accessor: 'a' }],
  ),
  active,
  expiring: grantAfter(
    [APPROVE],
    [start],
    [applied],
    [{ type: 'mark-expiring' }, { now: day(8) }],
  ),
  expired: grantAfter(
    [APPROVE],
    [start],
    [applied],
    [{ type: 'expire' }, { now: day(10) }],
  ),
  revoking: grantAfter([APPROVE], [start], [applied], [revoke]),
  revoked: grantAfter(
    [APPROVE],
    [start],
    [applied],
    [revoke],
    [{ type: 'finish-revoke', steps: [] }],
  ),
  failed: grantAfter([APPROVE], [start], [failed]),
  drifted: grantAfter(
    [APPROVE],
    [start],
    [applied],
    [{ type: 'report-drift', drift: gone }],
  ),
};

/** Each command as it would be right, eleven days later where time has to do with it. */
const commands: Record<GrantCommandType, [GrantCommand, GrantContext]> = {
  ask: [ASK, { now: T0 }],
  adopt: [ADOPT, { now: T0 }],
  submit: [{ type: 'submit', approvalRequestId: 'r-1' }, { now: T0 }],
  approve: [APPROVE, { now: T0 }],
  deny: [{ type: 'deny', by: ['user:default/gus'] }, { now: T0 }],
  close: [{ type: 'close', reason: 'approval-expired' }, { now: T0 }],
  withdraw: [{ type: 'withdraw' }, { now: T0, actor: REQUESTER }],
  hold: [{ type: 'hold', reason: 'vault-away' }, { now: T0 }],
  start: [start, { now: T0 }],
  'await-authorisation': [
    { type: 'await-authorisation', accessor: 'b' },
    { now: T0 },
  ],
  'finish-apply': [applied, { now: T0 }],
  fail: [failed, { now: T0 }],
  retry: [{ type: 'retry' }, { now: T0, actor: 'user:default/gus' }],
  'record-proof': [{ type: 'record-proof', proof: proof(true) }, { now: T0 }],
  'mark-expiring': [{ type: 'mark-expiring' }, { now: day(11) }],
  expire: [{ type: 'expire' }, { now: day(11) }],
  revoke: [revoke, { now: T0, actor: 'user:default/gus' }],
  'finish-revoke': [{ type: 'finish-revoke', steps: ['policy'] }, { now: T0 }],
  'report-drift': [
    { type: 'report-drift', drift: { ...gone, what: 'role' } },
    { now: T0 },
  ],
  'report-no-drift': [{ type: 'report-no-drift' }, { now: T0 }],
  repair: [{ type: 'repair' }, { now: T0, actor: 'user:default/gus' }],
  accept: [{ type: 'accept' }, { now: T0, actor: 'user:default/gus' }],
  'ask-renewal': [
    {
      type: 'ask-renewal',
      reason: 'r',
      durationSeconds: 600,
      contentHash: HASH,
    },
    { now: T0, actor: 'user:default/gus' },
  ],
  'submit-renewal': [
    { type: 'submit-renewal', number: 1, approvalRequestId: 'r-2' },
    { now: T0 },
  ],
  'approve-renewal': [
    {
      type: 'approve-renewal',
      number: 1,
      contentHash: HASH,
      by: [],
      decidedAt: T0,
    },
    { now: T0 },
  ],
  'close-renewal': [
    { type: 'close-renewal', number: 1, outcome: 'denied', by: [] },
    { now: T0 },
  ],
  'finish-renewal': [{ type: 'finish-renewal', number: 1 }, { now: T0 }],
};

const WRONG = Object.fromEntries(
  GRANT_COMMAND_TYPES.map(type => [type, 'wrong-state']),
) as Record<GrantCommandType, string>;
const OVER = { ...WRONG, ask: 'exists-already', adopt: 'exists-already' };
const UNDER_WAY = {
  ...OVER,
  hold: 'held',
  expire: 'expired',
  revoke: 'revocation-asked',
  repair: 'nothing-drifted',
  accept: 'nothing-drifted',
};
const BEGUN = {
  ...UNDER_WAY,
  'await-authorisation': 'authorisation-asked',
  'finish-apply': 'applied',
  fail: 'apply-failed',
};
const STANDING = {
  ...UNDER_WAY,
  'record-proof': 'proven',
  'report-drift': 'drift-found',
  'ask-renewal': 'renewal-asked',
  'submit-renewal': 'no-renewal',
  'approve-renewal': 'no-renewal',
  'close-renewal': 'no-renewal',
  'finish-renewal': 'no-renewal',
};

/** The whole machine: for each state and command the event, or the code of the refusal. */
const table: Record<GrantState | 'none', Record<GrantCommandType, string>> = {
  none: {
    ...(Object.fromEntries(
      GRANT_COMMAND_TYPES.map(type => [type, 'not-there']),
    ) as Record<GrantCommandType, string>),
    ask: 'asked',
    adopt: 'adopted',
  },
  requested: {
    ...UNDER_WAY,
    submit: 'submitted',
    approve: 'approved',
    deny: 'denied',
    close: 'withdrawn',
    withdraw: 'withdrawn',
    expire: 'wrong-state',
    revoke: 'withdrawn',
  },
  denied: OVER,
  withdrawn: OVER,
  approved: { ...UNDER_WAY, start: 'applying-started' },
  applying: BEGUN,
  'waiting-authorisation': BEGUN,
  active: { ...STANDING, 'mark-expiring': 'near-expiry' },
  expiring: STANDING,
  expired: OVER,
  revoking: {
    ...UNDER_WAY,
    expire: 'wrong-state',
    revoke: 'already-so',
    'finish-revoke': 'revoked',
  },
  revoked: OVER,
  failed: { ...UNDER_WAY, retry: 'applying-started' },
  drifted: {
    ...UNDER_WAY,
    'report-drift': 'drift-found',
    'report-no-drift': 'drift-gone',
    repair: 'applying-started',
    accept: 'revocation-asked',
  },
};

describe('every state and every command', () => {
  it('stand in the table', () => {
    expect(Object.keys(table).sort()).toEqual(['none', ...GRANT_STATES].sort());
    for (const [state, row] of Object.entries(table)) {
      expect(Object.keys(row).sort()).toEqual([...GRANT_COMMAND_TYPES].sort());
      expect(grants[state as GrantState]?.state ?? 'none').toBe(state);
    }
  });

  it.each(
    Object.entries(table).flatMap(([state, row]) =>
      Object.entries(row).map(([command, answer]) => [state, command, answer]),
    ),
  )('%s + %s = %s', (state, type, answer) => {
    const [command, context] = commands[type as GrantCommandType];
    const before = grants[state as GrantState];
    const result = decideGrant(before, command, context);
    const events = 'events' in result ? result.events : [];
    expect(
      'refusal' in result
        ? [result.refusal.code]
        : events.map(event => event.type),
    ).toEqual([answer]);
    expect(
      events.length === 0 || applyGrantEvents(before, events),
    ).toBeTruthy();
  });
});

describe('a renewal', () => {
  const asked = grantAfter(
    [APPROVE],
    [start],
    [applied],
    ...([
      [
        {
          type: 'ask-renewal',
          reason: 'r',
          durationSeconds: 20 * 86_400,
          contentHash: HASH,
        },
        { now: day(8), actor: REQUESTER },
      ],
    ] as Array<[GrantCommand, Partial<GrantContext>]>),
  );
  const decide = (grant: GrantData, command: GrantCommand, now = day(9)) =>
    decideGrant(grant, command, { now, actor: REQUESTER });
  const apply = (grant: GrantData, command: GrantCommand, now = day(9)) => {
    const result = decide(grant, command, now);
    return applyGrantEvents(grant, 'events' in result ? result.events : []);
  };
  const approve: GrantCommand = {
    type: 'approve-renewal',
    number: 1,
    contentHash: HASH,
    by: [],
    decidedAt: day(9),
  };

  it('counts from its own approval, and there is one at a time', () => {
    expect(decide(asked, commands['ask-renewal'][0])).toMatchObject({
      refusal: { code: 'renewal-pending' },
    });
    const renewed = apply(apply(asked, approve), {
      type: 'finish-renewal',
      number: 1,
    });
    expect(renewed).toMatchObject({
      state: 'active',
      expiresAt: day(29),
      expiringAt: day(25),
    });
    expect(renewed.renewal).toBeUndefined();
    const [command] = commands['ask-renewal'];
    expect(apply(renewed, command).renewal?.number).toBe(2);
  });

  it('never takes time away', () => {
    const short = {
      ...asked,
      renewal: { ...asked.renewal!, durationSeconds: 600 },
    };
    const renewed = apply(apply(short, approve), {
      type: 'finish-renewal',
      number: 1,
    });
    expect(renewed.expiresAt).toBe(day(10));
  });

  it('waits at Vault for an approver while the grant stays in force, and forgets it once it is over', () => {
    const wait = (accessor: string, renewal = 1): GrantCommand => ({
      type: 'await-authorisation',
      accessor,
      renewal,
    });
    expect(decide(asked, wait('a'))).toMatchObject({
      refusal: { code: 'no-renewal' },
    });
    const approved = apply(asked, approve);
    expect(decide(approved, wait('a', 2))).toMatchObject({
      refusal: { code: 'no-renewal' },
    });
    const waiting = apply(approved, wait('a'));
    expect(waiting).toMatchObject({
      state: 'active',
      expiresAt: day(10),
      authorisation: { accessor: 'a' },
      reasonCodes: ['needs-authorisation'],
    });
    expect(decide(waiting, wait('a'))).toMatchObject({
      refusal: { code: 'already-so' },
    });
    expect(apply(waiting, wait('b'))).toMatchObject({
      authorisation: { accessor: 'b' },
      reasonCodes: ['needs-authorisation'],
    });
    const over = [
      apply(waiting, { type: 'finish-renewal', number: 1 }),
      apply(waiting, { type: 'expire' }, day(10)),
      apply(waiting, revoke),
      apply(waiting, { type: 'record-proof', proof: proof(false) }),
    ];
    expect(over.map(({ state }) => state)).toEqual([
      'active',
      'expired',
      'revoking',
      'revoking',
    ]);
    for (const grant of over) {
      expect(grant.authorisation).toBeUndefined();
      expect(grant.reasonCodes).not.toContain('needs-authorisation');
    }
  });

  it('is what was decided', () => {
    expect(
      decide(asked, { ...approve, contentHash: `sha256:${'b'.repeat(64)}` }),
    ).toMatchObject({ refusal: { code: 'content-changed' } });
    expect(decide(asked, { type: 'finish-renewal', number: 1 })).toMatchObject({
      refusal: { code: 'wrong-state' },
    });
  });
});

describe('what the platform granted', () => {
  const adopted = applyGrantEvents(
    undefined,
    (decideGrant(undefined, ADOPT, { now: T0 }) as { events: never[] }).events,
  );

  it('is in force without an end, and is revoked like any other', () => {
    expect(adopted).toMatchObject({
      state: 'active',
      number: 0,
      requestedBy: 'platform:default/vault',
    });
    expect(adopted.expiresAt).toBeUndefined();
    const decide = (command: GrantCommand) =>
      decideGrant(adopted, command, { now: day(9_999), actor: REQUESTER });
    expect(decide({ type: 'expire' })).toMatchObject({
      refusal: { code: 'not-due' },
    });
    expect(decide(commands['ask-renewal'][0])).toMatchObject({
      refusal: { code: 'no-end' },
    });
    expect(decide(revoke)).toMatchObject({
      events: [{ type: 'revocation-asked' }],
    });
  });
});

describe('single rules', () => {
  it('time runs from the approval, however late that is heard of', () => {
    const heard = grantAfter([APPROVE, { now: day(3) }]);
    expect([heard.approvedAt, heard.expiresAt, heard.expiringAt]).toEqual([
      T0,
      day(10),
      day(8),
    ]);
  });

  it('only who asked withdraws, and what was decided is what was asked', () => {
    const decide = (command: GrantCommand, actor?: string) =>
      decideGrant(grants.requested, command, { now: T0, actor });
    expect(decide({ type: 'withdraw' }, 'user:default/gus')).toMatchObject({
      refusal: { code: 'not-requester' },
    });
    expect(decide({ type: 'withdraw' })).toMatchObject({
      refusal: { code: 'nobody-acts' },
    });
    expect(
      decide({ ...APPROVE, contentHash: 'sha256:other' } as GrantCommand),
    ).toMatchObject({ refusal: { code: 'content-changed' } });
  });

  it('what was changed, not removed, cannot be accepted', () => {
    const changed = grantAfter(
      [APPROVE],
      [start],
      [applied],
      [
        {
          type: 'report-drift',
          drift: { ...gone, found: `${PLAN.policy.text}path "x" {}` },
        },
      ],
    );
    expect(
      decideGrant(changed, { type: 'accept' }, { now: T0, actor: REQUESTER }),
    ).toMatchObject({ refusal: { code: 'drift-not-removed' } });
  });

  it('what gives leases out is put back by the platform, or the grant ends', () => {
    const leaseless = grantAfter(
      [APPROVE],
      [start],
      [applied],
      [{ type: 'report-drift', drift: { ...gone, what: 'lease' } }],
    );
    const decide = (command: GrantCommand) =>
      decideGrant(leaseless, command, { now: T0, actor: REQUESTER });
    expect(decide({ type: 'repair' })).toMatchObject({
      refusal: { code: 'platform-repairs' },
    });
    expect(decide({ type: 'report-no-drift' })).toMatchObject({
      events: [{ type: 'drift-gone' }],
    });
    expect(decide({ type: 'accept' })).toMatchObject({
      events: [{ type: 'revocation-asked', reason: 'drift-accepted' }],
    });
  });

  it('what a Job refutes is on its way out', () => {
    const refuted = grantAfter(
      [APPROVE],
      [start],
      [applied],
      [{ type: 'record-proof', proof: proof(false) }],
    );
    expect(refuted).toMatchObject({
      state: 'revoking',
      reasonCodes: ['proof-failed'],
    });
  });
});
