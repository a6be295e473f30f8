import {
  type TestAccount,
  TestPaymentProvider,
} from '@shopfloor/test-payment-provider/src/testing/index.ts';
import fc from 'fast-check';
import { eventually } from '@shopfloor/service-kit/src/testing/eventually.ts';
import { TestPayments } from './testing/TestPayments.ts';

const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('capture' as const),
      amount: fc.integer({ min: 1, max: 700 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('refund' as const),
      amount: fc.integer({ min: 1, max: 400 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constantFrom('void' as const, 'cut' as const),
      amount: fc.constant(0),
    }),
  },
);

describe.each(['full', 'single-capture'] as const)(
  'any sequence of requests at an account that is %s',
  profile => {
    let provider: TestPaymentProvider;
    let account: TestAccount;
    let payments: TestPayments;

    beforeAll(async () => {
      provider = await TestPaymentProvider.start();
      account = await provider.createAccount({
        profile: profile === 'full' ? 'full' : 'single_capture',
      });
      payments = await TestPayments.start({
        provider,
        account,
        env: { PAYMENT_PROVIDER_PROFILE: profile },
      });
    }, 120_000);

    afterAll(async () => {
      await payments?.stop();
      await provider?.stop();
    });

    it('says how to capture, and watches the end of an authorisation', async () => {
      const many = profile === 'full';
      const payment = await payments.create();
      expect(payment.capturePolicy).toBe(
        many ? 'each-shipment' : 'once-at-last-shipment',
      );
      await payments.capture(payment.paymentId, 500);
      const second = await payments.capture(payment.paymentId, 100);
      expect(second.statusCode).toBe(many ? 201 : 409);
      // Room to be renewed on a busy machine, where it can be.
      await provider.misbehave(account.id, {
        short_authorization_seconds: many ? 20 : 1,
      });
      const { paymentId } = await payments.create({
        token: 'tok_expiring_authorisation',
      });
      const ended = await payments.until(
        paymentId,
        ({ state, authorisationExpiresAt }) =>
          state === 'expired' ||
          Date.parse(authorisationExpiresAt!) > Date.now() + 86_400_000,
      );
      expect(ended.state).toBe(many ? 'authorised' : 'expired');
      const told = await eventually(
        () => payments.events(paymentId),
        events => events.length === (many ? 1 : 2),
      );
      expect(told.at(-1)!.data.state).toBe(ended.state);
    }, 120_000);

    it('keeps total >= captured >= refunded, and our ledger the provider’s', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(step, { minLength: 1, maxLength: 10 }),
          fc.boolean(),
          async (steps, together) => {
            // After cut connections the breaker may be open for a while.
            const { paymentId } = await eventually(
              () =>
                payments.create({ amount: { amount: 1000, currency: 'EUR' } }),
              ({ state }) => state === 'authorised',
            );
            const perform = async ({ do: kind, amount }: (typeof steps)[0]) => {
              if (kind === 'void') {
                await payments.void(paymentId);
              } else if (kind === 'cut') {
                await provider.misbehave(account.id, { api: 'cut_after' });
                await payments.capture(paymentId, 100);
                await provider.misbehave(account.id, { api: 'normal' });
              } else {
                await payments[kind](paymentId, amount);
              }
            };
            if (together) {
              await Promise.all(steps.map(perform));
            } else {
              for (const one of steps) {
                await perform(one);
              }
            }
            const payment = await payments.get(paymentId);
            const { captured, refunded } = payment;
            expect(captured.amount).toBeLessThanOrEqual(1000);
            expect(refunded.amount).toBeLessThanOrEqual(captured.amount);
          },
        ),
        { numRuns: 25 },
      );
      await eventually(
        () =>
          payments.database.query(
            `select from operations where state = 'pending'`,
          ),
        rows => rows.length === 0,
      );
      const { ours, theirs } = await payments.ledgers();
      expect(ours.length).toBeGreaterThan(10);
      expect(ours).toEqual(theirs);
      const differing = await payments.database.query(
        `select p.payment_id, p.captured, p.refunded from payments p
         left join postings l on l.payment_id = p.payment_id
         group by p.payment_id
         having p.captured <> coalesce(sum(l.amount) filter (where l.kind = 'capture'), 0)
           or p.refunded <> coalesce(sum(l.amount) filter (where l.kind = 'refund'), 0)
           or p.capture_reserved <> p.captured or p.refund_reserved <> p.refunded`,
      );
      expect(differing).toEqual([]);
      const charges = await provider.database.query<{
        reference: string;
        captured: string;
        refunded: string;
      }>(
        'select reference, captured, refunded from charges where account_id = $1',
        [account.id],
      );
      const here = await payments.database.query<{
        payment_id: string;
        captured: string;
        refunded: string;
      }>(
        'select payment_id, captured, refunded from payments where provider_payment_id is not null',
      );
      expect(
        here.map(row => [row.payment_id, row.captured, row.refunded]).sort(),
      ).toEqual(
        charges.map(row => [row.reference, row.captured, row.refunded]).sort(),
      );
    }, 120_000);
  },
);
