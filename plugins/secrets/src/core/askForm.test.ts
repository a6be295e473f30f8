import fc from 'fast-check';
import { DeclaredSecret } from '@shopfloor/plugin-secrets-common';
import {
  AskDraft,
  durationSeconds,
  EMPTY_DRAFT,
  isPath,
  longestSeconds,
  problemsOf,
  readDraft,
  requestOf,
  suggestedDuration,
  wholeUnits,
} from './askForm';

const subject = {
  kind: 'service-account' as const,
  entityRef: 'component:default/orders',
  namespace: 'production',
  name: 'orders',
};

const declared: DeclaredSecret = {
  declaration: {
    name: 'provider-key',
    title: { en: 'Key', zh: '密钥' },
    kind: 'kv',
    path: 'provider',
    class: 'critical',
    access: ['read', 'write'],
    readers: [],
  },
  reference: { kind: 'kv', path: 'provider', declared: 'provider-key' },
  // 7 days
  longestGrantSeconds: 604_800,
};

const complete: AskDraft = {
  ...EMPTY_DRAFT,
  service: 'component:default/orders',
  owner: 'component:default/payments',
  environment: 'production',
  declared: 'provider-key',
  access: ['read'],
  reason: ' refunds are made by orders ',
  amount: '7',
  unit: 'days',
};

describe('the request of a form', () => {
  it('is what was filled in, with the reference of the declaration', () => {
    expect(requestOf(complete, { declared: [declared], subject })).toEqual({
      environment: 'production',
      subject,
      owner: 'component:default/payments',
      secret: { kind: 'kv', path: 'provider', declared: 'provider-key' },
      access: ['read'],
      reason: 'refunds are made by orders',
      durationSeconds: 604_800,
      delivery: 'agent',
    });
  });

  it('is of the own secret when no owner is chosen, and of a path when it is not declared', () => {
    expect(
      requestOf(
        {
          ...complete,
          owner: '',
          undeclared: true,
          kind: 'transit',
          path: 'orders-cards',
          // Not a kind of access of a key.
          access: ['read', 'decrypt'],
        },
        { declared: [], subject },
      ),
    ).toMatchObject({
      owner: 'component:default/orders',
      secret: { kind: 'transit', path: 'orders-cards' },
      access: ['decrypt'],
    });
  });

  it('of a person has no delivery', () => {
    const person = {
      kind: 'person' as const,
      userEntityRef: 'user:default/ada',
      email: 'ada@larkfield.example',
    };
    expect(
      requestOf(
        { ...complete, forWhom: 'me', amount: '8', unit: 'hours' },
        { declared: [declared], subject: person },
      ),
    ).toMatchObject({ subject: person, delivery: 'none' });
  });

  it.each<[string, Partial<AskDraft>, object]>([
    ['no service', { service: '', owner: 'x' }, { service: 'missing' }],
    ['no environment', { environment: '' }, { environment: 'missing' }],
    ['no secret', { declared: 'gone' }, { secret: 'missing' }],
    ['no path', { undeclared: true, path: ' ' }, { path: 'missing' }],
    [
      'a wildcard',
      { undeclared: true, path: 'payments/*' },
      { path: 'not-a-path' },
    ],
    ['no access', { access: [] }, { access: 'missing' }],
    ['access of another kind', { access: ['issue'] }, { access: 'missing' }],
    ['no reason', { reason: ' ' }, { reason: 'missing' }],
    ['hardly a reason', { reason: 'need it' }, { reason: 'too-short' }],
    ['no duration', { amount: '' }, { duration: 'missing' }],
    ['half a day', { amount: '0.5' }, { duration: 'not-a-number' }],
    ['no time', { amount: '0' }, { duration: 'not-a-number' }],
    ['a day too long', { amount: '8' }, { duration: 'too-long' }],
    [
      'a person for nine hours',
      { forWhom: 'me', amount: '9', unit: 'hours' },
      { duration: 'too-long' },
    ],
  ])('is none with %s, and says of which field', (_, change, problems) => {
    const draft = { ...complete, ...change };
    const context = { declared: [declared], subject };
    expect(problemsOf(draft, context)).toEqual(problems);
    expect(requestOf(draft, context)).toBeUndefined();
  });

  it('is none as long as it is not known whose it would be', () => {
    expect(
      requestOf(complete, { declared: [declared], subject: undefined }),
    ).toBeUndefined();
  });
});

describe('durations', () => {
  it.each<[number, string, string]>([
    [90 * 86_400, '30', 'days'],
    [30 * 86_400, '10', 'days'],
    [7 * 86_400, '2', 'days'],
    [86_400, '1', 'days'],
    [8 * 3_600, '8', 'hours'],
  ])('of at most %d s are suggested as %s %s', (longest, amount, unit) => {
    expect(suggestedDuration(longest)).toEqual({ amount, unit });
  });

  it('that are suggested are never too long', () => {
    fc.assert(
      fc.property(fc.integer({ min: 3_600, max: 7_776_000 }), longest => {
        const seconds = durationSeconds(suggestedDuration(longest));
        expect(seconds).toBeGreaterThan(0);
        expect(seconds).toBeLessThanOrEqual(longest);
      }),
    );
  });

  it.each<[number, string, string]>([
    [10 * 86_400, '10', 'days'],
    [36 * 3_600, '36', 'hours'],
    [5_400, '2', 'hours'],
    [600, '1', 'hours'],
  ])('of %d s are written as %s %s', (seconds, amount, unit) => {
    expect(wholeUnits(seconds)).toEqual({ amount, unit });
  });

  it('are at most 30 days for what nobody declared, 8 hours for a person', () => {
    expect(longestSeconds({ forWhom: 'service' }, undefined)).toBe(2_592_000);
    expect(longestSeconds({ forWhom: 'service' }, declared)).toBe(604_800);
    expect(longestSeconds({ forWhom: 'me' }, declared)).toBe(28_800);
  });
});

describe('isPath', () => {
  it.each([
    ['provider', true],
    ['team/provider-key_2.pem', true],
    ['', false],
    ['/provider', false],
    ['provider/', false],
    ['a//b', false],
    ['../cart', false],
    ['a/..', false],
    ['a b', false],
    ['Provider', false],
    ['+/data', false],
    ['pay*', false],
  ])('of %p is %p', (path, expected) => {
    expect(isPath(path)).toBe(expected);
  });
});

describe('a kept draft', () => {
  it('comes back as it was', () => {
    expect(readDraft(JSON.stringify(complete))).toEqual(complete);
  });

  it('has nothing that a form has no field for', () => {
    expect(
      readDraft(JSON.stringify({ ...complete, value: 'a value' })),
    ).toEqual(complete);
  });

  it('that is something else is an empty form', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.constant(null),
          fc.string(),
          fc.json(),
          fc.record({ kind: fc.string(), access: fc.anything() }).map(each => {
            try {
              return JSON.stringify(each) ?? '';
            } catch {
              return '';
            }
          }),
        ),
        kept => {
          const draft = readDraft(kept);
          expect(Object.keys(draft).sort()).toEqual(
            Object.keys(EMPTY_DRAFT).sort(),
          );
          expect(typeof draft.reason).toBe('string');
          expect(draft.access).toBeInstanceOf(Array);
        },
      ),
    );
    expect(readDraft('null')).toEqual(EMPTY_DRAFT);
  });
});
