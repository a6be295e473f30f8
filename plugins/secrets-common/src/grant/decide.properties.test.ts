import fc from 'fast-check';
import { APPROVE, ASK, day, HASH, proof, REQUESTER } from '../testing/grants';
import { applyGrantEvents } from './apply';
import { GrantCommand } from './commands';
import { decideGrant } from './decide';
import { GrantEvent } from './events';
import { FINAL_STATES, GrantData, LIVE_STATES } from './types';

const drift = { what: 'policy', expected: 'x', seenAt: day(1) } as const;
const anyCommand = fc.constantFrom<GrantCommand>(
  { type: 'submit', approvalRequestId: 'r' },
  APPROVE,
  { ...APPROVE, contentHash: 'sha256:other' } as GrantCommand,
  { type: 'deny', by: [] },
  { type: 'close', reason: 'approval-expired' },
  { type: 'withdraw' },
  { type: 'hold', reason: 'vault-away' },
  { type: 'start' },
  { type: 'await-authorisation', accessor: 'a' },
  { type: 'finish-apply' },
  { type: 'fail', reason: 'vault-refused', words: 'no' },
  { type: 'retry' },
  { type: 'record-proof', proof: proof(true) },
  { type: 'record-proof', proof: proof(false) },
  { type: 'mark-expiring' },
  { type: 'expire' },
  { type: 'revoke', reason: 'revoked-by-person' },
  { type: 'finish-revoke', steps: [] },
  { type: 'report-drift', drift },
  { type: 'report-drift', drift: { ...drift, found: 'y' } },
  { type: 'report-no-drift' },
  { type: 'repair' },
  { type: 'accept' },
  {
    type: 'ask-renewal',
    reason: 'r',
    durationSeconds: 5 * 86_400,
    contentHash: HASH,
  },
  {
    type: 'approve-renewal',
    number: 1,
    contentHash: HASH,
    by: [],
    decidedAt: day(4),
  },
  { type: 'close-renewal', number: 1, outcome: 'denied', by: [] },
  { type: 'finish-renewal', number: 1 },
);

/** Commands with days that pass before each, the first of which is done more often than not. */
const story = fc
  .array(fc.tuple(anyCommand, fc.integer({ min: 0, max: 3 })), {
    maxLength: 30,
  })
  .map(
    steps =>
      [
        [APPROVE, 0],
        [{ type: 'start' }, 0],
        [{ type: 'finish-apply' }, 0],
        ...steps,
      ] as Array<[GrantCommand, number]>,
  );
const anyStory = fc.oneof(
  story,
  story.map(steps => steps.slice(3)),
);

/** Tells a story; what is refused changes nothing. */
function tell(
  steps: Array<[GrantCommand, number]>,
  look: (before: GrantData, after: GrantData, events: GrantEvent[]) => void,
): { grant: GrantData; events: GrantEvent[] } {
  const opened = decideGrant(undefined, ASK, { now: day(0) });
  const events = 'events' in opened ? [...opened.events] : [];
  let grant = applyGrantEvents(undefined, events);
  let now = 0;
  for (const [command, days] of steps) {
    now += days;
    const result = decideGrant(grant, command, {
      now: day(now),
      actor: REQUESTER,
    });
    if ('events' in result) {
      expect(result.events.length).toBeGreaterThan(0);
      const after = applyGrantEvents(grant, result.events);
      look(grant, after, result.events);
      events.push(...result.events);
      grant = after;
    }
  }
  return { grant, events };
}

describe('whatever is done in whatever order', () => {
  it('nothing is in force that was not approved as it was shown, and applied', () => {
    fc.assert(
      fc.property(anyStory, steps => {
        tell(steps, (_, after) => {
          const isLiving = LIVE_STATES.includes(after.state);
          const isGranted =
            after.approvedAt !== undefined && after.appliedAt !== undefined;
          expect(!isLiving || isGranted).toBe(true);
          expect(after.contentHash).toBe(HASH);
        });
      }),
    );
  });

  it('what has ended stays as it is', () => {
    fc.assert(
      fc.property(anyStory, steps => {
        tell(steps, before => {
          expect(FINAL_STATES).not.toContain(before.state);
        });
      }),
    );
  });

  it('only a renewal that was approved moves the end, and never to before', () => {
    fc.assert(
      fc.property(anyStory, steps => {
        tell(steps, (before, after, events) => {
          const hasMoved =
            before.expiresAt !== undefined &&
            before.expiresAt !== after.expiresAt;
          const isRenewed =
            events.length === 1 &&
            events[0].type === 'renewed' &&
            before.renewal?.state === 'approved' &&
            after.expiresAt! > before.expiresAt!;
          expect(!hasMoved || isRenewed).toBe(true);
        });
      }),
    );
  });

  it('its events make it again', () => {
    fc.assert(
      fc.property(anyStory, steps => {
        const { grant, events } = tell(steps, () => {});
        expect(applyGrantEvents(undefined, events)).toEqual(grant);
        expect(grant.version).toBe(events.length);
      }),
    );
  });

  it('a command of the worker or of an outcome that is done twice is done once', () => {
    const repeated = fc.constantFrom<GrantCommand['type']>(
      'submit',
      'approve',
      'deny',
      'close',
      'start',
      'await-authorisation',
      'finish-apply',
      'fail',
      'expire',
      'finish-revoke',
      'report-drift',
      'approve-renewal',
      'finish-renewal',
    );
    fc.assert(
      fc.property(anyStory, repeated, (steps, type) => {
        const { events } = tell(
          steps.flatMap(([command, days]): Array<[GrantCommand, number]> =>
            command.type === type
              ? [
                  [command, days],
                  [command, 0],
                ]
              : [[command, days]],
          ),
          () => {},
        );
        const once = tell(steps, () => {}).events;
        expect(events.map(event => event.type)).toEqual(
          once.map(event => event.type),
        );
      }),
    );
  });
});
