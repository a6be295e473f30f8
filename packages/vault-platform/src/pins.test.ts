import fc from 'fast-check';
import { numbersToPin, renderPin } from './pins';

const set = (...numbers: number[]) => new Set(numbers);

describe('numbers that lie ready', () => {
  it.each<[string, Set<number>, Set<number>, number[]]>([
    ['nothing was used', set(), set(), [1, 2, 3]],
    ["only the platform's own", set(0), set(), [0, 1, 2, 3]],
    ['one is in use', set(0, 1), set(), [0, 1, 2, 3, 4]],
    ['one has ended', set(0, 1), set(1), [0, 2, 3, 4]],
    ['the first were left out', set(5), set(), [5, 6, 7, 8]],
    ['all have ended', set(0, 1, 2, 3), set(0, 1, 2, 3), [4, 5, 6]],
    ['one ended that nobody marked as used', set(), set(2), [3, 4, 5]],
  ])('when %s', (_, used, ended, expected) => {
    expect(numbersToPin({ used, ended }, 3)).toEqual(expected);
  });

  it('never have ended, are each one there once, and leave room', () => {
    const numbers = fc.uniqueArray(fc.nat(40));
    fc.assert(
      fc.property(
        numbers,
        numbers,
        fc.integer({ min: 1, max: 9 }),
        (a, b, window) => {
          const [used, ended] = [new Set(a), new Set(b)];
          const pinned = numbersToPin({ used, ended }, window);
          expect(new Set(pinned).size).toBe(pinned.length);
          expect(pinned.filter(number => ended.has(number))).toEqual([]);
          const fresh = pinned.filter(
            number => !used.has(number) && number > 0,
          );
          expect(fresh).toHaveLength(window);
          expect(Math.min(...fresh)).toBeGreaterThan(
            Math.max(0, ...used, ...ended),
          );
        },
      ),
    );
  });
});

describe('a pin', () => {
  const plan = {
    environment: 'production',
    tier: 'pinned' as const,
    name: 'grant-a-1',
    policy: {
      name: 'grant-a-1',
      text: 'path "production/data/a/b" {\n  capabilities = ["read"]\n}\n',
    },
    role: {
      mount: 'kubernetes-production',
      name: 'grant-a-1',
      parameters: { bound_service_account_names: 'a', audience: 'vault' },
    },
    allows: [],
    probes: [],
  };

  it('has the text and the parameters to the letter, all of them required', () => {
    expect(renderPin(plan)).toBe(`path "sys/policies/acl/grant-a-1" {
  capabilities = ["create", "read", "update", "delete"]
  required_parameters = ["policy", "ttl"]
  allowed_parameters = {
    "policy" = ["path \\"production/data/a/b\\" {\\n  capabilities = [\\"read\\"]\\n}\\n"]
    "ttl" = []
  }
}

path "auth/kubernetes-production/role/grant-a-1" {
  capabilities = ["create", "read", "update", "delete"]
  required_parameters = ["audience", "bound_service_account_names"]
  allowed_parameters = {
    "audience" = ["vault"]
    "bound_service_account_names" = ["a"]
  }
}
`);
  });

  it.each(['a*', '*', '*a', 'a-${b}'])(
    'is refused with a value like %s',
    value => {
      expect(() =>
        renderPin({
          ...plan,
          role: { ...plan.role, parameters: { audience: value } },
        }),
      ).toThrow(/pattern|expression/);
    },
  );
});
