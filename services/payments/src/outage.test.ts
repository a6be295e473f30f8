import {
  type TestAccount,
  TestPaymentProvider,
} from '@shopfloor/test-payment-provider/src/testing/index.ts';
import { eventually } from '@shopfloor/service-kit/src/testing/eventually.ts';
import { TestPayments } from './testing/TestPayments.ts';

describe('a provider that is slow, then gone', () => {
  let provider: TestPaymentProvider;
  let account: TestAccount;
  let payments: TestPayments;

  beforeAll(async () => {
    provider = await TestPaymentProvider.start();
    account = await provider.createAccount();
    payments = await TestPayments.start({
      provider,
      account,
      env: { PAYMENT_PROVIDER_TIMEOUT_MS: '1000' },
    });
  }, 120_000);

  afterAll(async () => {
    await payments?.stop();
    await provider?.stop();
  });

  afterEach(() =>
    provider.misbehave(account.id, {
      latency_ms: 0,
      api: 'normal',
      webhook_paused: false,
    }),
  );

  const breaker = async () =>
    Number(
      /http_client_breaker_state\{dependency="payment-provider"\} (\d)/.exec(
        (await payments.request('GET', '/metrics')).body,
      )![1],
    );

  async function timed(work: () => Promise<unknown>): Promise<number> {
    const started = performance.now();
    await work();
    return performance.now() - started;
  }

  it('keeps an answer bounded, never authorises twice, and is used again when it is back', async () => {
    // The bound of a call is 1 s here.
    await provider.misbehave(account.id, { latency_ms: 2000 });
    const bodies = Array.from({ length: 12 }, () => payments.body());
    const times = await Promise.all(
      bodies.map(body =>
        timed(() => payments.request('POST', '/payments', body)),
      ),
    );
    // Generous for a busy machine; unbounded it would be the provider's 24 s.
    expect(Math.max(...times)).toBeLessThan(6000);
    await eventually(breaker, state => state === 1);

    // Open: what was never sent is known not to be done. Now and then it lets one through, to see.
    await eventually(
      async () => {
        const body = payments.body();
        await payments.request('POST', '/payments', body);
        return payments.get(body.paymentId);
      },
      ({ state, declineCode }) =>
        state === 'failed' && declineCode === 'provider-unavailable',
    );

    await provider.kill();
    const gone = payments.body();
    expect(
      await timed(() => payments.request('POST', '/payments', gone)),
    ).toBeLessThan(6000);

    await provider.restart();
    await provider.misbehave(account.id, { latency_ms: 0 });
    await eventually(
      async () => {
        // Long waits pass: on a busy machine it was away for several attempts.
        await payments.database.query(
          `update operations set next_attempt_at = now()
           where state = 'pending' and next_attempt_at > now() + interval '8 s'`,
        );
        return payments.database.query(
          `select from operations where state = 'pending'`,
        );
      },
      rows => rows.length === 0,
    );
    await eventually(breaker, state => state === 0);
    for (const { paymentId } of bodies) {
      const { state } = await payments.get(paymentId);
      const { body } = await provider.api(
        account,
        'GET',
        `/charges?reference=${paymentId}`,
      );
      const held = body.data.filter(
        ({ status }: { status: string }) => status === 'authorized',
      );
      expect(body.data.length).toBeLessThanOrEqual(1);
      expect([state, held.length]).toEqual(
        state === 'authorised' ? ['authorised', 1] : ['failed', 0],
      );
    }
    expect((await payments.create()).state).toBe('authorised');
  }, 90_000);

  it('an authorisation that was made but never answered is found, not repeated', async () => {
    // Without a webhook, so that only asking finds it.
    await provider.misbehave(account.id, { webhook_paused: true });
    const payment = await payments.create({
      token: 'tok_timeout_then_success',
    });
    expect(payment.state).toBe('pending');
    await payments.until(
      payment.paymentId,
      ({ state }) => state === 'authorised',
    );
    const { body } = await provider.api(
      account,
      'GET',
      `/charges?reference=${payment.paymentId}`,
    );
    expect(body.data).toHaveLength(1);
  }, 120_000);

  it('a slow one within the bound is waited for', async () => {
    await payments.restart({ PAYMENT_PROVIDER_TIMEOUT_MS: '5000' });
    expect((await payments.create({ token: 'tok_slow_2s' })).state).toBe(
      'authorised',
    );
  }, 120_000);

  it('a void that cannot be told is finished later', async () => {
    const { paymentId } = await payments.create();
    await provider.misbehave(account.id, { api: 'error' });
    const answer = await payments.void(paymentId);
    expect(answer.statusCode).toBe(202);
    const late = await payments.capture(paymentId, 1);
    expect(late.json().code).toBe('payment-not-capturable');
    await provider.misbehave(account.id, { api: 'normal' });
    const after = await payments.until(
      paymentId,
      ({ state }) => state === 'voided',
    );
    expect(after.authorised.amount).toBe(1234);
  }, 120_000);
});
