import fc from 'fast-check';
import { ApprovalPolicy } from '../policy/types';
import {
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
import { ApprovalEvent } from './events';
import { ApprovalRequest, GRANTING_STATES } from './types';

const NAMES = ['rita', 'anna', 'bert', 'cleo', 'dora', 'emma'];
const GROUPS = ['merchandising', 'security', 'platform', 'other'];

const groupsOf = fc
  .tuple(...NAMES.map(() => fc.subarray(GROUPS)))
  .map(lists => new Map(NAMES.map((name, index) => [name, lists[index]])));

/** Who acts, in whose place: anybody may hold a delegation of anybody else. */
const acting = groupsOf.chain(groups =>
  fc
    .array(
      fc.record({
        by: fc.constantFrom(...NAMES),
        of: fc.constantFrom(...NAMES),
      }),
      { maxLength: 12 },
    )
    .map(pairs =>
      pairs.map(({ by, of }) => ({
        actor: person(by, groups.get(by), [
          { name: of, groups: groups.get(of)! },
        ]),
        actingFor: `user:default/${of}`,
      })),
    ),
);

const policies: fc.Arbitrary<ApprovalPolicy> = fc
  .record({
    first: fc.integer({ min: 1, max: 3 }),
    second: fc.integer({ min: 1, max: 2 }),
    denials: fc.integer({ min: 1, max: 2 }),
    separateStages: fc.boolean(),
    delegation: fc.boolean(),
    glass: fc.boolean(),
    automatic: fc.boolean(),
  })
  .map(({ first, second, glass, automatic, ...rest }) => {
    const policy = testPolicy({
      ...rest,
      ...(!glass && { breakGlass: undefined }),
      ...(automatic && {
        autoApprove: { risks: ['low'], reason: { en: 'small', zh: '小' } },
      }),
    });
    policy.stages[0].quorum = first;
    policy.stages[1].quorum = second;
    return policy;
  });

const subjects = fc
  .constantFrom('low' as const, 'high' as const)
  .map(risk => testSubject({ risk }));

interface Step {
  command: ApprovalCommand;
  actor?: Actor;
  now: string;
}

const steps: fc.Arbitrary<Step[]> = acting.chain(actors =>
  fc.tuple(
    ...actors.map(({ actor, actingFor }, index) =>
      fc
        .constantFrom<ApprovalCommand>(
          approve('owners'),
          approve('owners', { actingFor }),
          approve('security'),
          approve('security', { actingFor }),
          deny('owners'),
          deny('security', { actingFor }),
          { type: 'withdraw' },
          { type: 'comment', text: 'hm' },
          { type: 'break-glass', reason: 'down', contentHash: HASH },
          { type: 'review', verdict: 'confirmed', comment: 'yes' },
          { type: 'escalate' },
          { type: 'remind' },
          { type: 'expire' },
          { type: 'mark-overdue' },
          { type: 'supersede', supersededBy: 'r-2' },
        )
        .map(command => ({ command, actor, now: later(index * 5) })),
    ),
  ),
);

function open(policy: ApprovalPolicy, subject = testSubject()) {
  const opened = decide(undefined, openCommand(policy, subject), { now: T0 });
  if ('refusal' in opened) {
    throw new Error(opened.refusal.code);
  }
  return {
    request: applyEvents(undefined, opened.events),
    events: opened.events,
  };
}

/** Takes what is accepted and passes over what is refused. */
function run(
  start: { request: ApprovalRequest; events: ApprovalEvent[] },
  all: Step[],
) {
  return all.reduce(({ request, events }, { command, ...context }) => {
    const result = decide(request, command, context);
    return 'refusal' in result
      ? { request, events }
      : {
          request: applyEvents(request, result.events),
          events: [...events, ...result.events],
        };
  }, start);
}

const people = (request: ApprovalRequest) =>
  request.stages.map(({ approvals }) =>
    approvals.flatMap(({ by, principal }) =>
      by === principal ? [by] : [by, principal],
    ),
  );

describe('whatever anybody tries', () => {
  it('a request is what its events make it, and its version their number', () => {
    fc.assert(
      fc.property(policies, subjects, steps, (policy, subject, all) => {
        const { request, events } = run(open(policy, subject), all);
        expect(applyEvents(undefined, events)).toEqual(request);
        expect(request.version).toBe(events.length);
      }),
    );
  });

  it('approved means every quorum of different people, never who asked', () => {
    fc.assert(
      fc.property(policies, subjects, steps, (policy, subject, all) => {
        const { request, events } = run(open(policy, subject), all);
        const counted = people(request);
        const once = policy.separateStages ? [counted.flat()] : counted;
        expect(once.map(each => new Set(each).size)).toEqual(
          once.map(each => each.length),
        );
        expect(counted.flat()).not.toContain(REQUESTER.ref);
        const complete = request.stages.every(
          ({ approvals }, index) =>
            approvals.length === policy.stages[index].quorum,
        );
        expect(request.state === 'approved').toBe(complete);
        // The two declared ways around a quorum, each under its own name.
        const automatic =
          policy.autoApprove?.risks.includes(subject.risk) ?? false;
        const glass = events.some(({ type }) => type === 'glass-broken');
        expect(request.state === 'auto-approved').toBe(automatic);
        expect(request.state.startsWith('break-glass')).toBe(glass);
        expect(glass && policy.breakGlass === undefined).toBe(false);
        expect(GRANTING_STATES.includes(request.state)).toBe(
          complete || automatic || glass,
        );
      }),
      { numRuns: 500 },
    );
  });

  it('the first outcome wins', () => {
    fc.assert(
      fc.property(policies, steps, steps, (policy, before, more) => {
        const first = run(open(policy), before);
        fc.pre(first.request.state !== 'waiting');
        const then = run(first, more);
        const after = then.events
          .slice(first.events.length)
          .map(({ type }) => type);
        expect(
          after.filter(
            type => !['commented', 'reviewed', 'review-overdue'].includes(type),
          ),
        ).toEqual([]);
        expect(then.request.decidedAt).toBe(first.request.decidedAt);
      }),
    );
  });

  it('a snapshot is immune to edits of the policy and of the subject', () => {
    fc.assert(
      fc.property(policies, steps, (policy, all) => {
        const subject = testSubject();
        const untouched = run(open(structuredClone(policy)), all);
        const started = open(policy, subject);
        policy.stages.forEach(stage => {
          stage.quorum = 1;
          stage.approvers.groups.push('group:default/other');
        });
        policy.denials = 20;
        policy.breakGlass = undefined;
        policy.separateStages = !policy.separateStages;
        subject.contentHash = 'other';
        subject.diff.words.length = 0;
        expect(run(started, all)).toEqual(untouched);
      }),
    );
  });
});

describe('approvals within one open stage', () => {
  const approvals = acting.map(actors =>
    actors.map(({ actor, actingFor }, index) => ({
      command: approve(
        'owners',
        index % 2 === 0 ? {} : { actingFor },
      ) as ApprovalCommand,
      actor,
      now: later(1),
    })),
  );
  const stageOf = (request: ApprovalRequest) => ({
    state: request.state,
    stage: request.stage,
    stages: request.stages.map(({ approvals: given, ...rest }) => ({
      ...rest,
      approvals: [...given].sort((a, b) => (a.by < b.by ? -1 : 1)),
    })),
  });

  it('commute when each counts', () => {
    fc.assert(
      fc.property(
        policies,
        approvals,
        fc.infiniteStream(fc.nat()),
        (policy, all, dice) => {
          const start = open({ ...policy, autoApprove: undefined });
          let request = start.request;
          const counting = all.filter(step => {
            const result = decide(request, step.command, step);
            if ('refusal' in result) {
              return false;
            }
            request = applyEvents(request, result.events);
            return true;
          });
          const shuffled = counting
            .map(step => ({ step, at: dice.next().value as number }))
            .sort((a, b) => a.at - b.at)
            .map(({ step }) => step);
          expect(stageOf(run(start, shuffled).request)).toEqual(
            stageOf(request),
          );
        },
      ),
    );
  });

  it('count the same, two of them in either order, whether or not they are of the same people', () => {
    fc.assert(
      fc.property(policies, approvals, (policy, all) => {
        fc.pre(all.length >= 2);
        const start = open({ ...policy, autoApprove: undefined });
        const [a, b] = all;
        const count = ({ request }: { request: ApprovalRequest }) => [
          request.stage,
          ...request.stages.map(({ approvals: given }) => given.length),
        ];
        expect(count(run(start, [a, b]))).toEqual(count(run(start, [b, a])));
      }),
    );
  });
});
