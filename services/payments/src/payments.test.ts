import { newId } from '@shopfloor/service-kit';
import { signWebhook } from '@shopfloor/test-payment-provider';
import {
  type TestAccount,
  TestPaymentProvider,
} from '@shopfloor/test-payment-provider/src/testing/index.ts';
import type { Payment } from './domain/types.ts';
import { eventually } from '@shopfloor/service-kit/src/testing/eventually.ts';
import { TestPayments } from './testing/TestPayments.ts';

describe('payments', () => {
  let provider: TestPaymentProvider;
  let account: TestAccount;
  let payments: TestPayments;

  beforeAll(async () => {
    provider = await TestPaymentProvider.start();
    account = await provider.createAccount();
    payments = await TestPayments.start({ provider, account });
  }, 120_000);

  afterAll(async () => {
    await payments?.stop();
    await provider?.stop();
  });

  beforeEach(() =>
    provider.misbehave(account.id, {
      latency_ms: 0,
      api: 'normal',
      webhook_delay_ms: 0,
      webhook_copies: 1,
      webhook_reverse_ms: 0,
      webhook_before_redirect: false,
      webhook_paused: false,
      short_authorization_seconds: 3,
      dispute_after_ms: 0,
    }),
  );

  it('holds nothing about people, and says so', async () => {
    const answer = await payments.request('GET', '/exports/customer-1');
    expect(answer.json()).toEqual({ service: 'payments', records: {} });
    await payments.publish('shop.customers', {
      type: 'shop.customer.erased.v1',
      subject: 'customer-1',
      data: { customerId: 'customer-1' },
    });
    const events = await eventually(
      () => payments.events('customer-1'),
      seen => seen.length > 1,
    );
    expect(events.at(-1)).toMatchObject({
      type: 'shop.erasure.completed.v1',
      data: { customerId: 'customer-1', service: 'payments' },
    });
  });

  const amounts = ({ authorised, captured, refunded }: Payment) => [
    authorised.amount,
    captured.amount,
    refunded.amount,
  ];

  const chargesOf = async (paymentId: string) =>
    (await provider.api(account, 'GET', `/charges?reference=${paymentId}`)).body
      .data;

  describe('authorising', () => {
    it('gives the payment, once for one id, and tells it', async () => {
      const body = payments.body();
      const first = await payments.request('POST', '/payments', body);
      expect(first.statusCode).toBe(201);
      expect(first.json()).toMatchObject({
        paymentId: body.paymentId,
        orderId: body.orderId,
        state: 'authorised',
        amount: body.amount,
        authorised: body.amount,
        capturePolicy: 'each-shipment',
      });
      const again = await payments.request('POST', '/payments', body);
      expect([again.statusCode, again.json()]).toEqual([201, first.json()]);
      expect(await chargesOf(body.paymentId)).toHaveLength(1);
      const events = await eventually(
        () => payments.events(body.paymentId),
        seen => seen.length > 0,
      );
      expect(events.map(({ data }) => data)).toEqual([
        {
          paymentId: body.paymentId,
          orderId: body.orderId,
          state: 'authorised',
        },
      ]);
      expect(events[0].aggregateversion).toBe(first.json().version);
      const captured = await payments.request(
        'POST',
        `/payments/${body.paymentId}/captures`,
        { captureId: newId(), amount: body.amount, final: true },
      );
      expect(captured.json().state).toBe('captured');
      const told = await eventually(
        () => payments.events(body.paymentId),
        seen => seen.length > 1,
      );
      expect(told.at(-1)!.aggregateversion).toBe(captured.json().version);
    });

    it('makes one charge of fifty requests at once', async () => {
      const body = payments.body();
      const answers = await Promise.all(
        Array.from({ length: 50 }, () =>
          payments.request('POST', '/payments', body),
        ),
      );
      for (const { statusCode } of answers) {
        expect([201, 202]).toContain(statusCode);
      }
      await payments.until(
        body.paymentId,
        ({ state }) => state === 'authorised',
      );
      expect(await chargesOf(body.paymentId)).toHaveLength(1);
    });

    it.each([
      ['amount', { amount: { amount: 1235, currency: 'EUR' } }],
      ['token', { token: 'tok_slow_2s' }],
      ['order', { orderId: '019ad3f2-0000-7000-8000-000000000009' }],
    ])('refuses the same id with another %s', async (_what, changes) => {
      const body = payments.body();
      await payments.request('POST', '/payments', body);
      const other = await payments.request('POST', '/payments', {
        ...body,
        ...changes,
      });
      expect([other.statusCode, other.json().code]).toEqual([409, 'id-reused']);
    });

    it.each([
      ['tok_declined_insufficient_funds', 'declined', 'insufficient-funds'],
      ['tok_no_such_thing', 'failed', 'source-unknown'],
    ])('says why %s is %s', async (token, state, declineCode) => {
      expect(await payments.create({ token })).toMatchObject({
        state,
        declineCode,
        authorised: { amount: 0 },
      });
    });

    it('lets go of an authorisation that is not the total, and fails', async () => {
      const payment = await payments.create({
        token: 'tok_partial_authorisation',
      });
      expect(payment).toMatchObject({
        state: 'failed',
        declineCode: 'amount-not-authorised',
        authorised: { amount: 0 },
      });
      expect((await chargesOf(payment.paymentId))[0].status).toBe('voided');
    });

    it.each([
      ['JPY', 1200, '1200'],
      ['KWD', 1234, '1.234'],
      ['EUR', 1, '0.01'],
    ])('asks for %s %d as %s', async (currency, amount, decimal) => {
      const { paymentId } = await payments.create({
        amount: { amount, currency },
      });
      expect((await chargesOf(paymentId))[0].amount).toBe(decimal);
    });
  });

  describe('redirects', () => {
    const redirected = () => payments.create({ token: 'tok_redirect' });

    it.each([
      ['approve', 'authorised'],
      ['decline', 'declined'],
    ] as const)('end as the shopper decides: %s', async (answer, state) => {
      const payment = await redirected();
      expect(payment.state).toBe('requires-action');
      await provider.answerRedirect(payment.nextAction!.url, answer);
      const after = await payments.get(payment.paymentId, true);
      expect(after.state).toBe(state);
      expect(after.nextAction).toBeUndefined();
    });

    it('are learnt of by webhook before the shopper is back', async () => {
      await provider.misbehave(account.id, { webhook_before_redirect: true });
      const payment = await redirected();
      await provider.answerRedirect(payment.nextAction!.url, 'approve');
      const learnt = await payments.until(
        payment.paymentId,
        ({ state }) => state === 'authorised',
      );
      expect(learnt.authorised.amount).toBe(1234);
    });

    it('that take too long are made impossible, then expire', async () => {
      const payment = await payments.create({
        token: 'tok_redirect',
        expiresInSeconds: 10,
      });
      await payments.database.query(
        `update payments set expires_at = now(), refresh_at = now() where payment_id = $1`,
        [payment.paymentId],
      );
      await payments.until(
        payment.paymentId,
        ({ state }) => state === 'expired',
      );
      await provider.answerRedirect(payment.nextAction!.url, 'approve');
      expect((await payments.get(payment.paymentId, true)).state).toBe(
        'expired',
      );
    });
  });

  describe('capturing and refunding', () => {
    it('keeps count, and both ledgers alike', async () => {
      const { paymentId } = await payments.create();
      const captureId = newId();
      const first = await payments.capture(paymentId, 1000, captureId);
      expect(first.statusCode).toBe(201);
      expect(first.json().state).toBe('partially-captured');
      expect(
        (await payments.capture(paymentId, 1000, captureId)).json(),
      ).toEqual(first.json());
      const tooMuch = await payments.capture(paymentId, 235);
      expect(tooMuch.json().code).toBe('amount-exceeds-authorised');
      await payments.capture(paymentId, 234);
      await payments.refund(paymentId, 34);
      const payment = await payments.get(paymentId);
      expect([payment.state, ...amounts(payment)]).toEqual([
        'captured',
        1234,
        1234,
        34,
      ]);
      const { ours, theirs } = await payments.ledgers();
      expect(ours).toEqual(theirs);
    });

    it('answers with what a reader sees', async () => {
      const created = await payments.create();
      const { paymentId } = created;
      expect(created).toEqual(await payments.get(paymentId));
      const moves = [
        () => payments.capture(paymentId, 50),
        () => payments.capture(paymentId, 30),
        () => payments.refund(paymentId, 20),
      ];
      for (const move of moves) {
        const answer = await move();
        expect(answer.statusCode).toBe(201);
        expect(answer.json()).toEqual(await payments.get(paymentId));
      }
    });

    it('refuses an id that was used for something else', async () => {
      const { paymentId } = await payments.create();
      const id = newId();
      await payments.capture(paymentId, 1000, id);
      for (const answer of [
        await payments.capture(paymentId, 999, id),
        await payments.refund(paymentId, 1000, id),
        await payments.capture((await payments.create()).paymentId, 1000, id),
      ]) {
        expect([answer.statusCode, answer.json().code]).toEqual([
          409,
          expect.stringMatching(/id-reused|not-capturable|amount-exceeds/),
        ]);
      }
      expect(amounts(await payments.get(paymentId))).toEqual([1234, 1000, 0]);
    });

    it('refunds no more than was captured when twenty ask at once', async () => {
      const { paymentId } = await payments.create();
      await payments.capture(paymentId, 1234);
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => payments.refund(paymentId, 100)),
      );
      const codes = answers.map(({ statusCode }) => statusCode);
      expect(codes.filter(code => code === 201 || code === 202)).toHaveLength(
        12,
      );
      expect(codes.filter(code => code === 409)).toHaveLength(8);
      const payment = await payments.until(
        paymentId,
        ({ refunds }) => !refunds.some(({ state }) => state === 'pending'),
      );
      expect(amounts(payment)).toEqual([1234, 1234, 1200]);
    });

    it('captures no more than is authorised when twenty ask at once', async () => {
      const { paymentId } = await payments.create();
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => payments.capture(paymentId, 100)),
      );
      expect(answers.filter(({ statusCode }) => statusCode < 300)).toHaveLength(
        12,
      );
      const payment = await payments.until(
        paymentId,
        ({ captures }) => !captures.some(({ state }) => state === 'pending'),
      );
      expect(amounts(payment)).toEqual([1234, 1200, 0]);
    });

    it.each(['capture', 'refund'] as const)(
      'says so when the provider refuses a %s, and gives the reservation back',
      async kind => {
        const { paymentId } = await payments.create({
          token: `tok_${kind}_fails`,
        });
        if (kind === 'refund') {
          await payments.capture(paymentId, 1234);
        }
        const id = newId();
        for (let time = 0; time < 2; time += 1) {
          const answer = await payments[kind](paymentId, 1234, id);
          expect([answer.statusCode, answer.json().code]).toEqual([
            422,
            `${kind}-refused`,
          ]);
        }
        const [row] = await payments.database.query(
          'select capture_reserved = captured and refund_reserved = refunded as free from payments where payment_id = $1',
          [paymentId],
        );
        expect(row).toEqual({ free: true });
      },
    );

    it('lets go of what is not captured, and says so again', async () => {
      const { paymentId } = await payments.create();
      for (let time = 0; time < 2; time += 1) {
        const answer = await payments.void(paymentId);
        expect([answer.statusCode, answer.json().state]).toEqual([
          200,
          'voided',
        ]);
      }
      const late = await payments.capture(paymentId, 1);
      expect(late.json().code).toBe('payment-not-capturable');
      const part = await payments.create();
      await payments.capture(part.paymentId, 1000);
      expect((await payments.void(part.paymentId)).json()).toMatchObject({
        state: 'captured',
        captured: { amount: 1000 },
      });
      const full = await payments.create();
      await payments.capture(full.paymentId, 1234);
      expect((await payments.void(full.paymentId)).json().code).toBe(
        'payment-captured',
      );
    });
  });

  describe('webhooks', () => {
    it('that come twice, late and in the wrong order do no harm', async () => {
      await provider.misbehave(account.id, {
        webhook_copies: 3,
        webhook_reverse_ms: 600,
      });
      const { paymentId } = await payments.create();
      await payments.capture(paymentId, 1000);
      await payments.refund(paymentId, 100);
      const [{ id }] = await chargesOf(paymentId);
      const taken = () =>
        payments.database.query(
          'select from webhook_events where payment_id = $1',
          [paymentId],
        );
      await eventually(
        () =>
          provider.database.query(
            `select from deliveries d join events e on e.id = d.event_id
             where e.charge_id = $1 and d.delivered_at is not null`,
            [id],
          ),
        rows => rows.length === 9,
      );
      const before = await payments.get(paymentId);
      const replay = async () => {
        const { statuses } = await provider.control(
          'POST',
          `/accounts/${account.id}/charges/${id}/replays`,
        );
        expect(new Set(statuses)).toEqual(new Set([204]));
      };
      await replay();
      // One that has not learnt it itself takes each event once.
      await payments.restart();
      await replay();
      expect(await taken()).toHaveLength(3);
      await replay();
      expect(await taken()).toHaveLength(3);
      expect(await payments.get(paymentId)).toMatchObject({
        state: 'partially-captured',
        version: before.version,
      });
    });

    it.each([
      ['no signature', (): Record<string, string> => ({})],
      [
        'a forged one',
        () => ({ 'testpay-signature': `t=1,v1=${'0'.repeat(64)}` }),
      ],
    ])('with %s are refused', async (_what, headers) => {
      const answer = await payments.request(
        'POST',
        '/webhooks/testpay',
        { id: 'evt_1' },
        headers(),
      );
      expect([answer.statusCode, answer.json().code]).toEqual([
        400,
        'webhook-refused',
      ]);
    });

    it.each([
      [0, 204],
      [-300, 204],
      [300, 204],
      [-700, 400],
      [700, 400],
    ])(
      'signed by a clock that is %d s off are answered %d',
      async (offset, status) => {
        const body = JSON.stringify({
          id: `evt_${newId()}`,
          type: 'charge.updated',
          data: { reference: newId() },
        });
        const timestamp = Math.floor(Date.now() / 1000) + offset;
        const signature = signWebhook({
          secret: account.webhookSecret,
          timestamp,
          body,
        });
        const send = (text: string) =>
          payments.request('POST', '/webhooks/testpay', text, {
            'content-type': 'application/json',
            'testpay-signature': signature,
          });
        expect((await send(body)).statusCode).toBe(status);
        expect((await send(`${body} `)).statusCode).toBe(400);
      },
    );

    it('of a provider we do not have are refused', async () => {
      const answer = await payments.request('POST', '/webhooks/other', {});
      expect(answer.json().code).toBe('provider-not-found');
    });
  });

  it('watches authorisations: renews those that end, and tells of disputes', async () => {
    const renewed = await payments.create({
      token: 'tok_expiring_authorisation',
    });
    await payments.until(
      renewed.paymentId,
      ({ authorisationExpiresAt }) =>
        Date.parse(authorisationExpiresAt!) > Date.now() + 86_400_000,
    );
    const disputed = await payments.create({ token: 'tok_dispute' });
    await payments.capture(disputed.paymentId, 1234);
    const { disputes } = await payments.until(
      disputed.paymentId,
      payment => payment.disputes.length > 0,
    );
    await provider.control(
      'POST',
      `/disputes/${disputes[0].disputeId}/resolutions`,
      { outcome: 'lost' },
    );
    const events = await eventually(
      () => payments.events(disputed.paymentId),
      seen => seen.some(({ data }) => data.state === 'lost'),
    );
    expect(
      events
        .filter(({ type }) => type === 'shop.payment.disputed.v1')
        .map(({ data }) => [data.state, data.amount]),
    ).toEqual([
      ['opened', { amount: 1234, currency: 'EUR' }],
      ['lost', { amount: 1234, currency: 'EUR' }],
    ]);
  });

  describe('bad input', () => {
    const strange = '019ad3f2-0000-7000-8000-00000000dead';

    it.each([
      [{ amount: { amount: 0, currency: 'EUR' } }, '/amount/amount'],
      [{ amount: { amount: 1.5, currency: 'EUR' } }, '/amount/amount'],
      [{ amount: { amount: '1', currency: 'EUR' } }, '/amount/amount'],
      [{ amount: { amount: 1, currency: 'XXX' } }, '/amount/currency'],
      [{ paymentId: 'x' }, '/paymentId'],
      [{ returnUrl: 'ftp://x.example' }, '/returnUrl'],
      [{ token: '' }, '/token'],
      [{ expiresInSeconds: 1 }, '/expiresInSeconds'],
      [{ surprise: 1 }, '/surprise'],
    ])('%j is refused, and the field named', async (changes, field) => {
      const answer = await payments.request(
        'POST',
        '/payments',
        payments.body(changes),
      );
      expect(answer.statusCode).toBe(400);
      expect(
        answer.json().errors.map((error: { field: string }) => error.field),
      ).toContain(field);
    });

    it('of things that do not exist is 404', async () => {
      expect(
        (await payments.request('GET', `/payments/${strange}`)).json().code,
      ).toBe('payment-not-found');
      expect((await payments.capture(strange, 1)).statusCode).toBe(404);
      expect((await payments.void(strange)).statusCode).toBe(404);
    });

    it('in another currency is refused', async () => {
      const { paymentId } = await payments.create();
      const answer = await payments.request(
        'POST',
        `/payments/${paymentId}/captures`,
        { captureId: newId(), amount: { amount: 1, currency: 'USD' } },
      );
      expect(answer.json()).toMatchObject({
        code: 'currency-differs',
        errors: [{ field: '/amount/currency' }],
      });
    });
  });

  describe('card data', () => {
    const number = '4242424242424242';

    it.each([
      ['the token', { token: number }, '/token'],
      [
        'a return address',
        { returnUrl: `https://x.example/?n=${number}` },
        '/returnUrl',
      ],
      ['a field nobody knows', { card: { number } }, '/card/number'],
      ['a number', { expiresInSeconds: 4242424242424242 }, '/expiresInSeconds'],
    ])('in %s is refused', async (_what, changes, field) => {
      const answer = await payments.request(
        'POST',
        '/payments',
        payments.body(changes),
      );
      expect(answer.statusCode).toBe(400);
      expect(answer.json()).toMatchObject({
        code: 'card-data-refused',
        errors: [{ in: 'body', field }],
      });
      expect(answer.body).not.toContain(number);
    });

    it.each([
      `/payments/${number}`,
      `/payments/${newId()}?refresh=${number}`,
      `/nothing/4242%204242%204242%204242`,
    ])('in the address %s is refused', async url => {
      const answer = await payments.request('GET', url);
      expect(answer.json().code).toBe('card-data-refused');
      expect(answer.body).not.toMatch(/4242.?4242/);
    });

    it('in the id of a request is not taken for its id', async () => {
      const answer = await payments.request(
        'GET',
        `/payments/${newId()}`,
        undefined,
        { 'x-request-id': number },
      );
      expect(answer.body + JSON.stringify(answer.headers)).not.toContain(
        number,
      );
    });

    it('and tokens are in no log and no table of ours', async () => {
      const token = 'tok_slow_2s';
      await payments.create({ token });
      const tables = await payments.database.query<{ name: string }>(
        `select format('%I', table_name) as name from information_schema.tables where table_schema = 'public'`,
      );
      for (const { name } of tables) {
        const rows = await payments.database.query(
          `select to_jsonb(t)::text as row from ${name} t`,
        );
        const text = JSON.stringify(rows);
        expect([name, text.includes(token)]).toEqual([name, false]);
        expect([name, text.includes(number)]).toEqual([name, false]);
      }
      const log = payments.lines.join('\n');
      expect(log).not.toContain('tok_');
      expect(log).not.toContain(number);
    });
  });

  describe('reconciliation', () => {
    const run = async () => {
      const answer = await payments.asStaff(
        ['finance'],
        'POST',
        '/reconciliations',
      );
      expect(answer.statusCode).toBe(200);
      return answer.json();
    };
    const differences = async (state: string) =>
      (
        await payments.asStaff(
          ['finance'],
          'GET',
          `/differences?state=${state}`,
        )
      ).json().items;

    beforeAll(run);

    it('is for finance alone', async () => {
      expect(
        (await payments.request('POST', '/reconciliations')).statusCode,
      ).toBe(401);
      expect(
        (await payments.asStaff(['care'], 'GET', '/differences')).statusCode,
      ).toBe(403);
    });

    it('finds nothing where nothing differs', async () => {
      const { paymentId } = await payments.create();
      await payments.capture(paymentId, 1234);
      await payments.refund(paymentId, 1);
      expect(await run()).toMatchObject({
        ran: true,
        matched: 2,
        repaired: 0,
        open: 0,
      });
    });

    it('takes in what moved there and was not known here', async () => {
      const { paymentId } = await payments.create();
      const [{ id }] = await chargesOf(paymentId);
      await provider.control(
        'POST',
        `/accounts/${account.id}/charges/${id}/planted`,
        { kind: 'capture', amount: '2.00' },
      );
      expect(await run()).toMatchObject({ repaired: 1, open: 0 });
      const payment = await payments.until(
        paymentId,
        ({ state }) => state === 'partially-captured',
      );
      expect(payment.captured.amount).toBe(200);
      const [difference] = await differences('repaired');
      expect(difference).toMatchObject({
        kind: 'missing-here',
        action: 'adopted',
        there: { amount: 200, currency: 'EUR' },
        paymentId,
      });
      expect(await run()).toMatchObject({ repaired: 0, open: 0 });
    });

    it('settles what we had forgotten the outcome of', async () => {
      const { paymentId } = await payments.create();
      const captureId = newId();
      await payments.capture(paymentId, 1234, captureId);
      await payments.database.query(
        'delete from postings where object_id = $1',
        [captureId],
      );
      await payments.database.query(
        `update operations set state = 'failed' where operation_id = '${captureId}'`,
      );
      await payments.database.query(
        `update payments set state = 'authorised', captured = 0, capture_reserved = 0 where payment_id = $1`,
        [paymentId],
      );
      expect(await run()).toMatchObject({ repaired: 1, open: 0 });
      expect(await payments.get(paymentId)).toMatchObject({
        state: 'captured',
        captured: { amount: 1234 },
      });
    });

    it('asks the provider again for what it has lost', async () => {
      const { paymentId } = await payments.create();
      const captureId = newId();
      await payments.capture(paymentId, 1234, captureId);
      const [{ captures }] = await chargesOf(paymentId);
      await provider.control('DELETE', `/parts/${captures[0].id}`);
      expect(await run()).toMatchObject({ repaired: 1 });
      await run();
      const movement = (side: string[]) =>
        side.filter(line => line.includes(captureId));
      const { ours, theirs } = await payments.ledgers();
      expect(movement(ours)).toEqual([`capture ${captureId} 1234 EUR`]);
      expect(movement(theirs)).toEqual(movement(ours));
      expect((await chargesOf(paymentId))[0].status).toBe('captured');
    });

    it('lists what differs for a person to decide', async () => {
      const { paymentId } = await payments.create();
      await payments.capture(paymentId, 1000);
      const [{ captures }] = await chargesOf(paymentId);
      await provider.control('PATCH', `/parts/${captures[0].id}`, {
        minor_units: 999,
      });
      expect(await run()).toMatchObject({ repaired: 0, open: 1 });
      expect(await run()).toMatchObject({ repaired: 0, open: 1 });
      const [difference] = await differences('open');
      expect(difference).toMatchObject({
        kind: 'amount-differs',
        movement: 'capture',
        here: { amount: 1000, currency: 'EUR' },
        there: { amount: 999, currency: 'EUR' },
      });
      const url = `/differences/${difference.differenceId}/resolutions`;
      const resolve = () =>
        payments.asStaff(['finance'], 'POST', url, {
          note: 'Credited by hand',
        });
      expect((await resolve()).json()).toMatchObject({ state: 'resolved' });
      expect((await resolve()).json().code).toBe('difference-not-open');
      expect(await differences('open')).toEqual([]);
    });
  });
});
