import fc from 'fast-check';
import type { ProviderPayment } from '../providers/PaymentProvider.ts';
import { eventsOf, learn } from './learn.ts';
import { pathTo } from './paymentStates.ts';
import type { Operation, PaymentRecord } from './types.ts';

const ID = '019ad3f2-0000-7000-8000-000000000001';

function payment(changes: Partial<PaymentRecord> = {}): PaymentRecord {
  return {
    paymentId: ID,
    orderId: '019ad3f2-0000-7000-8000-000000000002',
    provider: 'testpay',
    providerPaymentId: undefined,
    providerVersion: 0n,
    amount: 100n,
    currency: 'EUR',
    tokenHash: Buffer.alloc(0),
    returnUrl: 'https://shop.example',
    expiresInSeconds: 900,
    expiresAt: new Date(0),
    state: 'pending',
    authorised: 0n,
    captured: 0n,
    refunded: 0n,
    captureReserved: 0n,
    refundReserved: 0n,
    declineCode: undefined,
    nextActionUrl: undefined,
    authorisationExpiresAt: undefined,
    closeReason: undefined,
    version: 1,
    overdue: false,
    disputes: [],
    operations: [operation({ operationId: ID, kind: 'authorise' })],
    ...changes,
  };
}

function operation(changes: Partial<Operation>): Operation {
  return {
    operationId: 'op',
    paymentId: ID,
    kind: 'capture',
    amount: 0n,
    state: 'pending',
    final: false,
    reason: undefined,
    failureCode: undefined,
    attempts: 1,
    ...changes,
  };
}

function snapshot(changes: Partial<ProviderPayment> = {}): ProviderPayment {
  return {
    providerPaymentId: 'ch_1',
    version: 1n,
    status: 'authorised',
    currency: 'EUR',
    authorised: 100n,
    declineCode: undefined,
    redirectUrl: undefined,
    authorisationExpiresAt: undefined,
    captures: [],
    refunds: [],
    disputes: [],
    ...changes,
  };
}

const authorised = (changes: Partial<PaymentRecord> = {}) =>
  payment({
    state: 'authorised',
    authorised: 100n,
    providerVersion: 1n,
    providerPaymentId: 'ch_1',
    operations: [],
    ...changes,
  });

describe('what is learnt from the provider', () => {
  it('an authorisation of exactly the total authorises', () => {
    const lesson = learn(payment(), { snapshot: snapshot() });
    expect(lesson).toMatchObject({
      state: 'authorised',
      authorised: 100n,
      closeBecause: undefined,
      changed: true,
    });
    expect(lesson.settlements).toEqual([
      { operationId: ID, state: 'succeeded', failureCode: undefined },
    ]);
  });

  it.each([50n, 99n])(
    'an authorisation of %d instead of 100 is told to nobody and let go',
    amount => {
      const lesson = learn(payment(), {
        snapshot: snapshot({ authorised: amount }),
      });
      expect(lesson).toMatchObject({
        state: 'pending',
        authorised: 0n,
        closeBecause: 'mismatch',
        changed: false,
      });
      const closed = learn(payment({ closeReason: 'mismatch' }), {
        snapshot: snapshot({
          authorised: amount,
          status: 'voided',
          version: 2n,
        }),
      });
      expect(closed).toMatchObject({
        state: 'failed',
        declineCode: 'amount-not-authorised',
      });
    },
  );

  it.each([
    ['void', 'voided'],
    ['deadline', 'expired'],
    ['mismatch', 'failed'],
    ['unreachable', 'failed'],
    [undefined, 'voided'],
  ] as const)('let go because of %s it is %s', (closeReason, state) => {
    const before = payment({ closeReason, state: 'requires-action' });
    expect(
      learn(before, { snapshot: snapshot({ status: 'voided' }) }).state,
    ).toBe(state);
  });

  it('nothing, now or ever, ends a payment that is let go, and no other', () => {
    expect(learn(payment(), { snapshot: undefined }).state).toBe('pending');
    expect(
      learn(payment({ closeReason: 'unreachable' }), { snapshot: undefined }),
    ).toMatchObject({ state: 'failed', declineCode: 'provider-unreachable' });
  });

  it('what is older changes nothing', () => {
    const before = authorised({ providerVersion: 5n });
    const lesson = learn(before, {
      snapshot: snapshot({ version: 4n, status: 'voided' }),
    });
    expect(lesson).toMatchObject({
      state: 'authorised',
      providerVersion: 5n,
      changed: false,
      settlements: [],
    });
  });

  it('captures count when they are ours and of the same amount', () => {
    const before = authorised({
      captureReserved: 60n,
      operations: [operation({ operationId: 'c1', amount: 60n })],
    });
    const captures = (amount: bigint, reference?: string) => [
      { id: 'cp_1', reference, amount, succeeded: true },
    ];
    const of = (parts: ProviderPayment['captures']) =>
      learn(before, {
        snapshot: snapshot({
          status: 'partially-captured',
          version: 2n,
          captures: parts,
        }),
      });
    expect(of(captures(60n, 'c1'))).toMatchObject({
      state: 'partially-captured',
      captured: 60n,
      captureReserved: 60n,
    });
    expect(of(captures(59n, 'c1'))).toMatchObject({
      state: 'authorised',
      captured: 0n,
    });
    expect(of(captures(60n))).toMatchObject({
      state: 'authorised',
      captured: 0n,
    });
  });

  it('a refused capture gives its reservation back, unless it was done after all', () => {
    const before = authorised({
      captureReserved: 60n,
      operations: [operation({ operationId: 'c1', amount: 60n })],
    });
    const settlements = [
      { operationId: 'c1', state: 'failed' as const, failureCode: 'no' },
    ];
    expect(
      learn(before, { snapshot: snapshot({ version: 2n }), settlements }),
    ).toMatchObject({ captureReserved: 0n, captured: 0n, changed: true });
    expect(
      learn(before, {
        settlements,
        snapshot: snapshot({
          version: 2n,
          status: 'partially-captured',
          captures: [
            { id: 'cp', reference: 'c1', amount: 60n, succeeded: true },
          ],
        }),
      }),
    ).toMatchObject({ captureReserved: 60n, captured: 60n });
  });

  it('a dispute is told once for each thing that happens to it', () => {
    const opened = { id: 'dp_1', amount: 100n, state: 'opened' as const };
    const lost = { ...opened, state: 'lost' as const };
    const told = (
      known: PaymentRecord['disputes'],
      seen: typeof opened | typeof lost,
    ) =>
      learn(authorised({ disputes: known }), {
        snapshot: snapshot({ disputes: [seen] }),
      }).disputes.map(({ state }) => state);
    const knownAs = (state: 'opened' | 'lost') => [
      { disputeId: 'dp_1', amount: 100n, state },
    ];
    expect(told([], opened)).toEqual(['opened']);
    expect(told(knownAs('opened'), opened)).toEqual([]);
    expect(told(knownAs('opened'), lost)).toEqual(['lost']);
    expect(told(knownAs('lost'), opened)).toEqual([]);
  });

  it('makes events that carry ids and no more', () => {
    const lesson = learn(payment(), { snapshot: snapshot() });
    expect(eventsOf(payment(), lesson, 2)).toEqual([
      {
        topic: 'shop.payments',
        type: 'shop.payment.updated.v1',
        aggregateId: ID,
        aggregateVersion: 2,
        partitionKey: payment().orderId,
        data: {
          paymentId: ID,
          orderId: payment().orderId,
          state: 'authorised',
        },
      },
    ]);
  });

  it('never goes back, whatever is seen in whatever order', () => {
    const seen = fc.record({
      version: fc.bigInt({ min: 0n, max: 6n }),
      authorised: fc.constantFrom(0n, 50n, 100n),
      status: fc.constantFrom(
        'requires-action',
        'authorised',
        'declined',
        'partially-captured',
        'captured',
        'voided',
        'expired',
      ) as fc.Arbitrary<ProviderPayment['status']>,
    });
    fc.assert(
      fc.property(fc.array(seen, { maxLength: 12 }), sights => {
        let current = payment();
        for (const sight of sights) {
          const lesson = learn(current, { snapshot: snapshot(sight) });
          const stays = lesson.state === current.state;
          const path = pathTo(current.state, lesson.state);
          expect(stays || path.length > 0).toBe(true);
          expect(lesson.providerVersion).toBeGreaterThanOrEqual(
            current.providerVersion,
          );
          expect(lesson.captured).toBeLessThanOrEqual(lesson.authorised);
          current = { ...current, ...lesson, disputes: current.disputes };
        }
      }),
    );
  });
});
