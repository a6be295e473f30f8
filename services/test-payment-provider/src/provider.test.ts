import { eventually } from '@shopfloor/service-kit/src/testing/eventually.ts';
import { randomUUID } from 'node:crypto';
import { signWebhook } from './domain/signature.ts';
import { TEST_CARDS, WELL_KNOWN_TOKENS } from './domain/testCards.ts';
import {
  type TestAccount,
  TestPaymentProvider,
  WebhookReceiver,
} from './testing/index.ts';

describe('the test payment provider', () => {
  let provider: TestPaymentProvider;
  let receiver: WebhookReceiver;
  let full: TestAccount;
  let single: TestAccount;

  beforeAll(async () => {
    provider = await TestPaymentProvider.start();
    receiver = await WebhookReceiver.start();
    full = await provider.createAccount();
    single = await provider.createAccount({ profile: 'single_capture' });
  }, 120_000);

  afterAll(async () => {
    await provider?.stop();
    await receiver?.stop();
  });

  const post = (
    account: TestAccount,
    path: string,
    body: object,
    key: string = randomUUID(),
  ) => provider.api(account, 'POST', path, body, { 'idempotency-key': key });

  const chargeBody = (changes: object = {}) => ({
    amount: '12.34',
    currency: 'eur',
    source: 'tok_approved',
    reference: randomUUID(),
    ...changes,
  });

  async function charge(account: TestAccount, changes: object = {}) {
    const response = await post(account, '/charges', chargeBody(changes));
    expect([response.status, response.body.error]).toEqual([201, undefined]);
    return response.body;
  }

  async function ledger(account: TestAccount, chargeId: string) {
    const { body } = await provider.api(
      account,
      'GET',
      '/ledger_entries?limit=500',
    );
    return body.data.filter((entry: any) => entry.charge === chargeId);
  }

  const read = async (account: TestAccount, id: string) =>
    (await provider.api(account, 'GET', `/charges/${id}`)).body;

  it('authorises, captures in parts, refunds, and keeps both sides of each movement', async () => {
    const { id } = await charge(full);
    const first = await post(full, '/captures', {
      charge: id,
      amount: '10.00',
      reference: 'first',
    });
    expect(first.body).toMatchObject({
      object: 'capture',
      reference: 'first',
      amount: '10.00',
      status: 'succeeded',
      charge: { status: 'partially_captured', captured_amount: '10.00' },
    });
    expect(
      (await post(full, '/captures', { charge: id, amount: '2.35' })).body.error
        .code,
    ).toBe('amount_too_large');
    await post(full, '/captures', { charge: id, amount: '2.34' });
    await post(full, '/refunds', { charge: id, amount: '0.34' });
    expect(await read(full, id)).toMatchObject({
      status: 'captured',
      authorized_amount: '12.34',
      captured_amount: '12.34',
      refunded_amount: '0.34',
      version: 4,
    });
    expect(
      (await ledger(full, id)).map(
        ({ type, debit, credit, amount }: any) =>
          `${type} ${debit} ${credit} ${amount}`,
      ),
    ).toEqual([
      'capture cardholders merchant 10.00',
      'capture cardholders merchant 2.34',
      'refund merchant cardholders 0.34',
    ]);
  });

  it.each([
    ['jpy', '1200', '12.00'],
    ['kwd', '1.234', '1.23'],
    ['eur', '0.01', '1'],
    ['eur', '1.00', '0.00'],
  ])('counts %s as ISO 4217 does', async (currency, good, bad) => {
    expect((await charge(full, { currency, amount: good })).amount).toBe(good);
    const refused = await post(
      full,
      '/charges',
      chargeBody({ currency, amount: bad }),
    );
    expect(refused.status).toBe(400);
    expect(refused.body.error.param).toBe('amount');
  });

  it('captures once where an account can do no more, and lets the rest go', async () => {
    const { id } = await charge(single);
    const capture = await post(single, '/captures', {
      charge: id,
      amount: '5.00',
    });
    expect(capture.body.charge).toMatchObject({
      status: 'captured',
      captured_amount: '5.00',
    });
    const again = await post(single, '/captures', {
      charge: id,
      amount: '1.00',
    });
    expect([again.status, again.body.error.code]).toEqual([
      409,
      'charge_not_capturable',
    ]);
    const renewed = await provider.api(single, 'POST', '/reauthorizations', {
      charge: (await charge(single)).id,
    });
    expect(renewed.body.error.code).toBe('charge_not_reauthorizable');
  });

  it('makes one charge of fifty requests with one key', async () => {
    const body = chargeBody();
    const key = randomUUID();
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => post(full, '/charges', body, key)),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(50).fill(201));
    expect(new Set(answers.map(answer => answer.body.id)).size).toBe(1);
    expect(
      answers.filter(({ headers }) => !headers.get('idempotent-replayed'))
        .length,
    ).toBe(1);
    const other = await post(full, '/charges', chargeBody(), key);
    expect(other.body.error.code).toBe('key_reused');
  });

  it('refunds no more than was captured, however many ask at once', async () => {
    const { id } = await charge(full);
    await post(full, '/captures', { charge: id, amount: '12.34' });
    const answers = await Promise.all(
      Array.from({ length: 20 }, () =>
        post(full, '/refunds', { charge: id, amount: '1.00' }),
      ),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(12);
    expect(await read(full, id)).toMatchObject({ refunded_amount: '12.00' });
    expect(await ledger(full, id)).toHaveLength(13);
  });

  it('authorises nothing under a key that was cancelled, before or after', async () => {
    const body = chargeBody();
    const early = randomUUID();
    await provider.api(full, 'POST', '/cancellations', {
      idempotency_key: early,
    });
    expect((await post(full, '/charges', body, early)).body.error.code).toBe(
      'key_cancelled',
    );
    const late = randomUUID();
    const made = await post(full, '/charges', body, late);
    const cancelled = await provider.api(full, 'POST', '/cancellations', {
      idempotency_key: late,
    });
    expect(cancelled.body.charge).toMatchObject({
      id: made.body.id,
      status: 'voided',
    });
  });

  it.each([...WELL_KNOWN_TOKENS.keys()].filter(t => t.includes('declined')))(
    'declines %s',
    async source => {
      expect(await charge(full, { source })).toMatchObject({
        status: 'declined',
        authorized_amount: '0.00',
        failure_code: source.slice('tok_declined_'.length),
      });
    },
  );

  it('ends an authorisation in time, unless it is renewed', async () => {
    await provider.misbehave(full.id, { short_authorization_seconds: 1 });
    const source = 'tok_expiring_authorisation';
    const [left, renewed] = [
      await charge(full, { source }),
      await charge(full, { source }),
    ];
    await provider.api(full, 'POST', '/reauthorizations', {
      charge: renewed.id,
    });
    await eventually(
      () => read(full, left.id),
      ({ status }) => status === 'expired',
    );
    expect((await read(full, renewed.id)).status).toBe('authorized');
    const capture = await post(full, '/captures', {
      charge: left.id,
      amount: '1.00',
    });
    expect(capture.body.error.code).toBe('charge_not_capturable');
  });

  it('opens a dispute after a capture, holds the money, and books how it ends', async () => {
    await provider.misbehave(full.id, { dispute_after_ms: 0 });
    const { id } = await charge(full, { source: 'tok_dispute' });
    await post(full, '/captures', { charge: id, amount: '12.34' });
    const disputed = await eventually(
      () => read(full, id),
      ({ disputes }) => disputes.length > 0,
    );
    expect(disputed.disputes[0].status).toBe('needs_response');
    await provider.control(
      'POST',
      `/disputes/${disputed.disputes[0].id}/resolutions`,
      { outcome: 'lost' },
    );
    expect((await read(full, id)).disputes[0].status).toBe('lost');
    expect(
      (await ledger(full, id)).map(
        ({ debit, credit }: any) => `${debit} ${credit}`,
      ),
    ).toEqual([
      'cardholders merchant',
      'merchant dispute_reserve',
      'dispute_reserve cardholders',
    ]);
  });

  describe('the redirect page', () => {
    const redirected = (account: TestAccount) =>
      charge(account, {
        source: 'tok_redirect',
        return_url: 'https://shop.example/back?order=7',
      });

    it.each([
      ['en', 'Approve', 'Sample system'],
      ['zh', '同意付款', '示例系统'],
    ])('speaks %s and says what it is', async (lang, button, notice) => {
      const { redirect_url } = await redirected(full);
      const page = await fetch(redirect_url, {
        headers: { 'accept-language': lang },
      });
      const html = await page.text();
      expect(html).toContain(button);
      expect(html).toContain(notice);
      expect(html).toContain('prefers-color-scheme: dark');
      expect(page.headers.get('content-security-policy')).toContain(
        "frame-ancestors 'none'",
      );
    });

    it.each([
      ['approve', 'authorized'],
      ['decline', 'declined'],
    ] as const)('takes %s once', async (answer, status) => {
      const made = await redirected(full);
      expect(made.status).toBe('requires_action');
      const back = await provider.answerRedirect(made.redirect_url, answer);
      expect(back).toBe(
        `https://shop.example/back?order=7&charge_reference=${made.reference}`,
      );
      expect((await read(full, made.id)).status).toBe(status);
      const other = answer === 'approve' ? 'decline' : 'approve';
      expect(
        await provider.answerRedirect(made.redirect_url, other),
      ).toBeUndefined();
      expect((await read(full, made.id)).status).toBe(status);
    });

    it('ends in time', async () => {
      const made = await redirected(full);
      await provider.control(
        'POST',
        `/accounts/${full.id}/charges/${made.id}/ages`,
        { seconds: 1000 },
      );
      await eventually(
        () => read(full, made.id),
        ({ status }) => status === 'expired',
      );
      await provider.answerRedirect(made.redirect_url, 'approve');
      expect((await read(full, made.id)).status).toBe('expired');
    });
  });

  describe('the card field', () => {
    const tokenise = async (account: TestAccount, number: string) => {
      const response = await fetch(`${provider.url}/fields/tokens`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          publishable_key: account.publishableKey,
          number,
          expiry: '12/34',
        }),
      });
      return { status: response.status, body: (await response.json()) as any };
    };

    it('turns a test card into a token that can be charged once, and keeps no number', async () => {
      const { body } = await tokenise(full, '4242 4242 4242 4242');
      expect(body.card).toEqual({ brand: 'visa', last4: '4242' });
      await charge(full, { source: body.id });
      const again = await post(
        full,
        '/charges',
        chargeBody({ source: body.id }),
      );
      expect(again.body.error.code).toBe('source_used');
      const strange = await post(
        single,
        '/charges',
        chargeBody({ source: body.id }),
      );
      expect(strange.body.error.code).toBe('source_unknown');
      const rows = await provider.database.query(
        'select tokens::text as row from tokens union all select charges::text from charges',
      );
      expect(JSON.stringify(rows)).not.toContain('4242424242424242');
    });

    it('accepts test cards and no other number', async () => {
      for (const { number } of TEST_CARDS) {
        expect((await tokenise(full, number)).status).toBe(201);
      }
      const real = await tokenise(full, '4539 5787 6362 1486');
      expect([real.status, real.body.error.code]).toEqual([
        400,
        'card_not_a_test_card',
      ]);
      expect(JSON.stringify(real.body)).not.toContain('4539');
    });

    it('is shown inside the pages of allowed origins alone', async () => {
      const account = await provider.createAccount({
        allowedOrigins: ['https://shop.example'],
      });
      const show = (origin: string) =>
        fetch(
          `${provider.url}/fields/card?account=${account.publishableKey}&origin=${encodeURIComponent(origin)}`,
        );
      const page = await show('https://shop.example');
      expect(page.headers.get('content-security-policy')).toContain(
        'frame-ancestors https://shop.example;',
      );
      expect((await show('https://evil.example')).status).toBe(404);
    });
  });

  describe('webhooks', () => {
    let account: TestAccount;

    beforeEach(async () => {
      receiver.received.length = 0;
      receiver.status = 200;
      receiver.silent = false;
      account = await provider.createAccount({ webhookUrl: receiver.url });
    });

    const versions = (of: string) =>
      receiver.received
        .map(({ body }) => JSON.parse(body).data)
        .filter(data => data.charge === of)
        .map(data => data.version);

    it('are signed over the exact bytes, and name what changed', async () => {
      const { id, reference } = await charge(account);
      const [{ body, headers }] = await receiver.waitFor(1);
      const signature = headers['testpay-signature'] as string;
      const timestamp = Number(/^t=(\d+),/.exec(signature)![1]);
      expect(signature).toBe(
        signWebhook({ secret: account.webhookSecret, timestamp, body }),
      );
      expect(JSON.parse(body)).toMatchObject({
        type: 'charge.updated',
        data: { charge: id, reference, version: 1 },
      });
    });

    it('leave once, sent by the one who made what they tell, and again when that one dies first', async () => {
      receiver.silent = true;
      const { id } = await charge(account);
      const [first] = await receiver.waitFor(1);
      // Taken as it was written: no round finds it while it is under way.
      const attempts = () =>
        provider.database.query<{ attempts: number; delivered: boolean }>(
          `select d.attempts, d.delivered_at is not null as delivered
           from deliveries d join events e on e.id = d.event_id where e.charge_id = $1`,
          [id],
        );
      expect(await attempts()).toEqual([{ attempts: 1, delivered: false }]);
      await provider.kill();
      receiver.silent = false;
      // Its lease runs out, as after 20 seconds.
      await provider.database.query(
        `update deliveries d set due_at = due_at - interval '20 s' from events e
         where e.id = d.event_id and e.charge_id = $1`,
        [id],
      );
      await provider.restart();
      const [, second] = await receiver.waitFor(2);
      expect(second.body).toBe(first.body);
      const [{ attempts: made }] = await eventually(
        attempts,
        ([{ delivered }]) => delivered,
      );
      expect(made).toBeGreaterThan(1);
    }, 30_000);

    it('come again until they are taken', async () => {
      receiver.status = 503;
      await charge(account);
      await receiver.waitFor(1);
      receiver.status = 200;
      const [first, second] = await receiver.waitFor(2);
      expect(second.body).toBe(first.body);
    });

    it('come twice and in the wrong order when told to', async () => {
      await provider.misbehave(account.id, {
        webhook_copies: 2,
        webhook_reverse_ms: 1500,
      });
      const { id } = await charge(account);
      await post(account, '/captures', { charge: id, amount: '1.00' });
      await receiver.waitFor(4);
      expect(versions(id)).toEqual([2, 2, 1, 1]);
    });

    it('come before the shopper is sent back when told to', async () => {
      await provider.misbehave(account.id, { webhook_paused: true });
      const made = await charge(account, {
        source: 'tok_redirect',
        return_url: 'https://shop.example/back',
      });
      await provider.misbehave(account.id, {
        webhook_paused: false,
        webhook_before_redirect: true,
        webhook_delay_ms: 600_000,
      });
      await provider.answerRedirect(made.redirect_url, 'approve');
      expect(versions(made.id)).toContain(2);
    });

    it('are replayed to the byte', async () => {
      const { id } = await charge(account);
      const [first] = await receiver.waitFor(1);
      await eventually(
        () =>
          provider.control(
            'POST',
            `/accounts/${account.id}/charges/${id}/replays`,
          ),
        ({ statuses }) => statuses.length > 0,
      );
      const [, second] = await receiver.waitFor(2);
      expect(second.body).toBe(first.body);
      expect(second.headers['testpay-signature']).toBe(
        first.headers['testpay-signature'],
      );
    });

    it('leave after a kill -9 that came before them', async () => {
      await provider.misbehave(account.id, { webhook_paused: true });
      const { id } = await charge(account);
      await provider.kill();
      await provider.restart();
      await provider.misbehave(account.id, { webhook_paused: false });
      await receiver.waitFor(1);
      expect(versions(id)).toEqual([1]);
    }, 30_000);
  });

  it.each([
    [{ amount: 12 }, 'amount'],
    [{ currency: 'xxx' }, 'currency'],
    [{ source: '4242424242424242' }, 'source'],
    [{ source: 'tok_nothing' }, 'source'],
    [{ surprise: 1 }, 'surprise'],
    [{ source: 'tok_redirect' }, 'return_url'],
    [{ return_url: 'ftp://shop.example/back' }, 'return_url'],
    [{ reference: 'a\u0000b' }, 'reference'],
  ])('refuses %j and names %s', async (changes, param) => {
    const { status, body } = await post(full, '/charges', chargeBody(changes));
    expect([status, body.error.param]).toEqual([400, param]);
    expect(JSON.stringify(body)).not.toContain('4242424242424242');
  });

  it('answers only to a key, and shows an account only its own', async () => {
    const { id } = await charge(full);
    const stranger = await provider.api(
      { ...full, secretKey: 'sk_test_wrong' },
      'GET',
      `/charges/${id}`,
    );
    expect(stranger.status).toBe(401);
    expect((await provider.api(single, 'GET', `/charges/${id}`)).status).toBe(
      404,
    );
  });
});
