import {
  GRANT_STATES,
  GrantEvent,
  GrantState,
} from '@shopfloor/plugin-secrets-common';
import fc from 'fast-check';
import { StepsInput, stepsOf } from './steps';

const asked = '2026-01-01T08:00:00.000Z';
const approved = '2026-01-01T09:00:00.000Z';
const written = '2026-01-01T09:01:00.000Z';
const inForce = '2026-01-01T09:02:00.000Z';
const proven = '2026-01-01T09:03:00.000Z';
const end = '2026-01-08T09:00:00.000Z';

const grant = (
  state: GrantState,
  times: Partial<StepsInput> = {},
): StepsInput => ({
  state,
  requestedAt: asked,
  plan: { tier: 'pinned' },
  request: { subject: { kind: 'service-account' } },
  history: [],
  ...times,
});

const controlled = { plan: { tier: 'control-group' } } as const;
const ofPerson = { request: { subject: { kind: 'person' } } } as const;
const applied = {
  approvedAt: approved,
  appliedAt: written,
  activeSince: inForce,
  expiresAt: end,
};
/** What a job found. */
const proof = (held: boolean): GrantEvent => ({
  type: held ? 'proven' : 'refuted',
  at: proven,
  proof: { at: proven, by: 'job', results: [], held },
});
const all = { ...applied, history: [proof(false), proof(true)] };

const said = (input: StepsInput) =>
  stepsOf(input).map(({ name, state }) => `${name} ${state}`);

describe('stepsOf', () => {
  it.each<[string, StepsInput, string[]]>([
    [
      'asked',
      grant('requested'),
      [
        'requested done',
        'approved current',
        'applied todo',
        'proven todo',
        'ended todo',
      ],
    ],
    [
      'denied',
      grant('denied', { endedAt: approved }),
      [
        'requested done',
        'approved stopped',
        'applied skipped',
        'proven skipped',
        'ended skipped',
      ],
    ],
    [
      'being applied',
      grant('applying', { approvedAt: approved, expiresAt: end }),
      [
        'requested done',
        'approved done',
        'applied current',
        'proven todo',
        'ended todo',
      ],
    ],
    [
      'waiting for an authorisation',
      grant('waiting-authorisation', { ...controlled, approvedAt: approved }),
      [
        'requested done',
        'approved done',
        'authorised current',
        'applied todo',
        'proven todo',
        'ended todo',
      ],
    ],
    [
      'in force and not proven yet',
      grant('active', applied),
      [
        'requested done',
        'approved done',
        'applied done',
        'proven current',
        'ended todo',
      ],
    ],
    [
      'in force with a proof that does not hold',
      grant('active', { ...applied, history: [proof(true), proof(false)] }),
      [
        'requested done',
        'approved done',
        'applied done',
        'proven current',
        'ended todo',
      ],
    ],
    [
      'in force and proven',
      grant('active', all),
      [
        'requested done',
        'approved done',
        'applied done',
        'proven done',
        'ended current',
      ],
    ],
    [
      'of a person in force',
      grant('active', { ...applied, ...ofPerson, ...controlled }),
      [
        'requested done',
        'approved done',
        'authorised done',
        'applied done',
        'ended current',
      ],
    ],
    [
      'failed while being applied',
      grant('failed', { approvedAt: approved }),
      [
        'requested done',
        'approved done',
        'applied stopped',
        'proven skipped',
        'ended skipped',
      ],
    ],
    [
      'failed in being proven',
      grant('failed', {
        ...applied,
        history: [proof(true), proof(false)],
      }),
      [
        'requested done',
        'approved done',
        'applied done',
        'proven stopped',
        'ended skipped',
      ],
    ],
    [
      'failed after it had been in force',
      grant('failed', all),
      [
        'requested done',
        'approved done',
        'applied stopped',
        'proven done',
        'ended skipped',
      ],
    ],
    [
      'revoked before it was in force',
      grant('revoked', { approvedAt: approved, endedAt: written }),
      [
        'requested done',
        'approved done',
        'applied skipped',
        'proven skipped',
        'ended done',
      ],
    ],
    [
      'being revoked before it was in force',
      grant('revoking', { approvedAt: approved }),
      [
        'requested done',
        'approved done',
        'applied todo',
        'proven todo',
        'ended current',
      ],
    ],
  ])('of one %s', (_, input, expected) => {
    expect(said(input)).toEqual(expected);
  });

  it('says when it ends, and afterwards when it did', () => {
    expect(stepsOf(grant('active', all)).at(-1)?.at).toBe(end);
    expect(
      stepsOf(grant('revoked', { ...all, endedAt: proven })).at(-1)?.at,
    ).toBe(proven);
  });

  it('says of nothing without a time that it was done, and is at one place at most', () => {
    const time = fc.option(fc.constant(approved), { nil: undefined });
    fc.assert(
      fc.property(
        fc.constantFrom(...GRANT_STATES),
        fc.constantFrom({}, controlled, ofPerson, {
          ...controlled,
          ...ofPerson,
        }),
        fc.record({
          approvedAt: time,
          appliedAt: time,
          activeSince: time,
          endedAt: time,
        }),
        fc.array(fc.boolean().map(proof), { maxLength: 3 }),
        (state, kind, times, history) => {
          const steps = stepsOf(grant(state, { ...kind, ...times, history }));
          for (const step of steps.slice(0, -1)) {
            expect(step.state !== 'done' || step.at !== undefined).toBe(true);
          }
          expect(
            steps.filter(
              each => each.state === 'current' || each.state === 'stopped',
            ).length,
          ).toBeLessThanOrEqual(1);
        },
      ),
    );
  });
});
