/* eslint-disable jest/no-export -- the suite is run by the tests of each provider */
import { newId } from '@shopfloor/service-kit';
import {
  type PaymentProvider,
  type ProviderPayment,
  ProviderRefusal,
} from '../PaymentProvider.ts';

/** What the suite needs of a provider that is under test. */
export interface ProviderUnderTest {
  provider: PaymentProvider;
  /** Tokens that behave. */
  tokens: { approved: string; declined: string; redirect: string };
  /** Answers a redirect as the shopper would. */
  approve: (redirectUrl: string) => Promise<void>;
  close: () => Promise<void>;
}

/** What every payment provider has to do, by what it says it can do. */
export function describePaymentProvider(
  name: string,
  open: () => Promise<ProviderUnderTest>,
): void {
  describe(`${name} as a payment provider`, () => {
    let under: ProviderUnderTest;

    beforeAll(async () => {
      under = await open();
    }, 60_000);

    afterAll(async () => under?.close());

    const request = (changes: object = {}) => ({
      paymentId: newId(),
      amount: 1000n,
      currency: 'EUR',
      token: under.tokens.approved,
      returnUrl: 'https://shop.example/back',
      expiresInSeconds: 900,
      ...changes,
    });

    const authorised = async () => {
      const asked = request();
      const payment = await under.provider.authorise(asked);
      return { asked, payment };
    };

    const part = (payment: ProviderPayment, amount: bigint) => ({
      operationId: newId(),
      providerPaymentId: payment.providerPaymentId,
      amount,
      currency: 'EUR',
      final: false,
    });

    it('authorises once for one id', async () => {
      const asked = request();
      const answers = await Promise.all(
        Array.from({ length: 5 }, () => under.provider.authorise(asked)),
      );
      expect(
        new Set(answers.map(({ providerPaymentId }) => providerPaymentId)).size,
      ).toBe(1);
      expect(answers[0]).toMatchObject({
        status: 'authorised',
        authorised: 1000n,
        currency: 'EUR',
      });
    });

    it('is found by our id alone, and not before it is there', async () => {
      const asked = request();
      const handle = {
        paymentId: asked.paymentId,
        providerPaymentId: undefined,
      };
      expect(await under.provider.find(handle)).toBeUndefined();
      const payment = await under.provider.authorise(asked);
      expect(await under.provider.find(handle)).toEqual(payment);
      expect(
        await under.provider.find({
          ...handle,
          providerPaymentId: payment.providerPaymentId,
        }),
      ).toEqual(payment);
    });

    it('declines with a reason', async () => {
      const payment = await under.provider.authorise(
        request({ token: under.tokens.declined }),
      );
      expect(payment).toMatchObject({ status: 'declined', authorised: 0n });
      expect(payment.declineCode).toMatch(/^[a-z-]+$/);
    });

    it('abandons: what is there is let go, what is not never will be', async () => {
      const { asked, payment } = await authorised();
      const gone = await under.provider.abandon({
        paymentId: asked.paymentId,
        providerPaymentId: payment.providerPaymentId,
      });
      expect(gone?.status).toBe('voided');
      expect(gone!.version).toBeGreaterThan(payment.version);
      const never = request();
      const handle = {
        paymentId: never.paymentId,
        providerPaymentId: undefined,
      };
      expect(await under.provider.abandon(handle)).toBeUndefined();
      await expect(under.provider.authorise(never)).rejects.toThrow(
        ProviderRefusal,
      );
      expect(await under.provider.find(handle)).toBeUndefined();
    });

    it('captures and refunds once for one id, never too much, and shows both with our ids', async () => {
      const { payment } = await authorised();
      const capture = part(payment, 1000n);
      await Promise.all([
        under.provider.capture(capture),
        under.provider.capture(capture),
      ]);
      const refund = part(payment, 400n);
      await under.provider.refund(refund);
      const after = await under.provider.refund(refund);
      expect(after.status).toBe('captured');
      expect(
        [after.captures, after.refunds].map(parts =>
          parts.map(({ reference, amount, succeeded }) => [
            reference,
            amount,
            succeeded,
          ]),
        ),
      ).toEqual([
        [[capture.operationId, 1000n, true]],
        [[refund.operationId, 400n, true]],
      ]);
      await expect(under.provider.refund(part(payment, 601n))).rejects.toThrow(
        ProviderRefusal,
      );
      await expect(under.provider.capture(part(payment, 1n))).rejects.toThrow(
        ProviderRefusal,
      );
    });

    it('captures in parts as it says it can', async () => {
      const { capabilities } = under.provider;
      const { payment } = await authorised();
      const attempt = (amount: bigint) =>
        under.provider.capture(part(payment, amount)).then(
          ({ status }) => status,
          error => (error as Error).name,
        );
      const outcomes = [await attempt(300n), await attempt(700n)];
      const several = capabilities.multicapture
        ? ['partially-captured', 'captured']
        : ['captured', 'ProviderRefusal'];
      expect(outcomes).toEqual(
        capabilities.partialCapture ? several : ['ProviderRefusal', 'captured'],
      );
    });

    it('renews an authorisation as it says it can', async () => {
      const { payment } = await authorised();
      const outcome = await under.provider
        .reauthorise(payment.providerPaymentId)
        .then(
          renewed =>
            renewed.authorisationExpiresAt! >= payment.authorisationExpiresAt!,
          error => (error as Error).name,
        );
      expect(outcome).toBe(
        under.provider.capabilities.reauthorise ? true : 'ProviderRefusal',
      );
    });

    it('sends shoppers away and learns what they said', async () => {
      const asked = request({ token: under.tokens.redirect });
      const payment = await under.provider.authorise(asked);
      expect(payment.status).toBe('requires-action');
      await under.approve(payment.redirectUrl!);
      const after = await under.provider.find({
        paymentId: asked.paymentId,
        providerPaymentId: payment.providerPaymentId,
      });
      expect(after).toMatchObject({ status: 'authorised', authorised: 1000n });
      expect(after!.redirectUrl).toBeUndefined();
    });

    it('has a ledger that names our ids, in an order that only grows', async () => {
      const { payment, asked } = await authorised();
      const capture = part(payment, 1000n);
      await under.provider.capture(capture);
      const all = [];
      let position = 0n;
      for (let more = true; more;) {
        const page = await under.provider.ledger(position);
        all.push(...page.entries);
        position = page.entries.at(-1)?.position ?? position;
        more = page.hasMore;
      }
      const positions = all.map(entry => entry.position);
      expect(positions).toEqual(
        [...new Set(positions)].sort((a, b) => Number(a - b)),
      );
      expect(
        all.find(({ reference }) => reference === capture.operationId),
      ).toMatchObject({
        kind: 'capture',
        amount: 1000n,
        currency: 'EUR',
        paymentReference: asked.paymentId,
      });
      expect((await under.provider.ledger(position)).entries).toEqual([]);
    });

    it('takes no webhook that is not signed', () => {
      expect(
        under.provider.readWebhook({ headers: {}, body: Buffer.from('{}') }),
      ).toBeUndefined();
    });
  });
}
