import fc from 'fast-check';
import { decideLeases, leaseQuotas, type UnitLease } from './leases.ts';

const units = (...holders: (string | undefined)[]): UnitLease<number>[] =>
  holders.map((holder, unit) => ({ unit, holder }));

describe('decideLeases', () => {
  it.each([
    {
      what: 'one member takes everything free',
      member: 'a',
      members: ['a'],
      units: units(undefined, undefined, undefined),
      claim: [0, 1, 2],
      release: [],
    },
    {
      what: 'two that come at once take different halves: the first',
      member: 'a',
      members: ['a', 'b'],
      units: units(undefined, undefined, undefined, undefined),
      claim: [0, 1],
      release: [],
    },
    {
      what: 'and the second',
      member: 'b',
      members: ['a', 'b'],
      units: units(undefined, undefined, undefined, undefined),
      claim: [2, 3],
      release: [],
    },
    {
      what: 'a holder of all gives back what a newcomer is to have',
      member: 'a',
      members: ['a', 'b'],
      units: units('a', 'a', 'a', 'a'),
      claim: [],
      release: [2, 3],
    },
    {
      what: 'a newcomer takes nothing that is held',
      member: 'b',
      members: ['a', 'b'],
      units: units('a', 'a', 'a', 'a'),
      claim: [],
      release: [],
    },
    {
      what: 'what is left over stays with those who hold most',
      member: 'b',
      members: ['a', 'b'],
      units: units('a', 'b', 'b'),
      claim: [],
      release: [],
    },
    {
      what: 'more members than units: the last has none',
      member: 'c',
      members: ['a', 'b', 'c'],
      units: units('a', 'b'),
      claim: [],
      release: [],
    },
  ])('$what', ({ member, members, units: given, claim, release }) => {
    expect(decideLeases({ member, members, units: given })).toEqual({
      claim,
      release,
    });
  });

  const group = fc
    .record({
      members: fc.uniqueArray(
        fc.integer({ min: 0, max: 99 }).map(n => `m${n}`),
        {
          minLength: 1,
          maxLength: 8,
        },
      ),
      count: fc.integer({ min: 1, max: 24 }),
    })
    .chain(({ members, count }) =>
      fc.record({
        members: fc.constant(members),
        holders: fc.array(
          fc.option(fc.constantFrom(...members, 'gone'), { nil: undefined }),
          { minLength: count, maxLength: count },
        ),
      }),
    );

  it('gives quotas that add up to the units and differ by at most one', () => {
    fc.assert(
      fc.property(group, ({ members, holders }) => {
        const quotas = [
          ...leaseQuotas({ members, units: units(...holders) }).values(),
        ];
        expect(quotas.reduce((sum, quota) => sum + quota, 0)).toBe(
          holders.length,
        );
        expect(Math.max(...quotas) - Math.min(...quotas)).toBeLessThanOrEqual(
          1,
        );
      }),
    );
  });

  it('claims only what is free, and releases only what is its own', () => {
    fc.assert(
      fc.property(group, ({ members, holders }) => {
        for (const member of members) {
          const decision = decideLeases({
            member,
            members,
            units: units(...holders),
          });
          expect(
            decision.claim.every(unit => holders[unit] === undefined),
          ).toBe(true);
          expect(decision.release.every(unit => holders[unit] === member)).toBe(
            true,
          );
        }
      }),
    );
  });

  it('members with one view never claim the same unit', () => {
    fc.assert(
      fc.property(group, ({ members, holders }) => {
        const claims = members.flatMap(
          member =>
            decideLeases({ member, members, units: units(...holders) }).claim,
        );
        expect(new Set(claims).size).toBe(claims.length);
      }),
    );
  });

  it('settles with every unit held and even shares, in any order of turns, and then rests', () => {
    fc.assert(
      fc.property(
        group,
        fc.array(fc.nat(), { minLength: 60, maxLength: 60 }),
        ({ members, holders }, turns) => {
          // Leases of the dead run out in time.
          const state = holders.map(holder =>
            holder === 'gone' ? undefined : holder,
          );
          const step = (member: string) => {
            const { claim, release } = decideLeases({
              member,
              members,
              units: units(...state),
            });
            for (const unit of claim) {
              state[unit] = member;
            }
            for (const unit of release) {
              state[unit] = undefined;
            }
            return claim.length + release.length;
          };
          for (const turn of turns) {
            step(members[turn % members.length]);
          }
          // Then everybody a few times.
          for (let round = 0; round < 3; round += 1) {
            members.forEach(step);
          }
          expect(state).not.toContain(undefined);
          const shares = members.map(
            member => state.filter(holder => holder === member).length,
          );
          expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(
            1,
          );
          expect(members.map(step)).toEqual(members.map(() => 0));
        },
      ),
    );
  });
});
