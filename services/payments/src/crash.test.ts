import { newId } from '@shopfloor/service-kit';
import {
  type TestAccount,
  TestPaymentProvider,
} from '@shopfloor/test-payment-provider/src/testing/index.ts';
import pg from 'pg';
import { eventually } from '@shopfloor/service-kit/src/testing/eventually.ts';
import { TestPayments } from './testing/TestPayments.ts';

describe('a kill -9', () => {
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

  afterEach(() => payments.restart());

  const behave = (misbehaviour: object = {}) =>
    provider.misbehave(account.id, {
      latency_ms: 0,
      api: 'normal',
      ...misbehaviour,
    });

  const chargesOf = async (paymentId: string) =>
    (await provider.api(account, 'GET', `/charges?reference=${paymentId}`)).body
      .data;

  /** One payment for each kind of operation, and what asks for it. */
  async function prepare() {
    const body = payments.body();
    const [toCapture, captured, toVoid] = [
      await payments.create(),
      await payments.create(),
      await payments.create(),
    ];
    await payments.capture(captured.paymentId, 1234);
    const [captureId, refundId] = [newId(), newId()];
    const ask = async () => {
      await Promise.allSettled([
        payments.request('POST', '/payments', body),
        payments.capture(toCapture.paymentId, 500, captureId),
        payments.refund(captured.paymentId, 300, refundId),
        payments.void(toVoid.paymentId),
      ]);
    };
    return { body, toCapture, captured, toVoid, captureId, refundId, ask };
  }

  /** Waits until every intent is recorded. */
  async function intended(prepared: Awaited<ReturnType<typeof prepare>>) {
    const { body, captureId, refundId, toVoid } = prepared;
    await eventually(
      () =>
        payments.database.query(
          `select from operations where operation_id = any($1) or (kind = 'void' and payment_id = $2)`,
          [[body.paymentId, captureId, refundId], toVoid.paymentId],
        ),
      rows => rows.length === 4,
    );
  }

  /** @returns the payment that was being authorised, once everything is settled and right */
  async function converge(prepared: Awaited<ReturnType<typeof prepare>>) {
    const { body, toCapture, captured, toVoid } = prepared;
    const settled = async () =>
      payments.database.query(`select from operations where state = 'pending'`);
    await eventually(settled, rows => rows.length === 0);
    const states = await Promise.all(
      [body, toCapture, captured, toVoid].map(({ paymentId }) =>
        payments.get(paymentId),
      ),
    );
    expect(states.slice(1).map(({ state }) => state)).toEqual([
      'partially-captured',
      'captured',
      'voided',
    ]);
    expect(states[1].captured.amount).toBe(500);
    expect(states[2].refunded.amount).toBe(300);
    const charges = await chargesOf(body.paymentId);
    expect(charges.length).toBeLessThanOrEqual(1);
    const held = charges.filter(
      ({ status }: { status: string }) => status === 'authorized',
    );
    expect(held).toHaveLength(states[0].state === 'authorised' ? 1 : 0);
    const { ours, theirs } = await payments.ledgers();
    expect(ours).toEqual(theirs);
    return states[0].state;
  }

  /** The life of one payment. */
  async function live(ids: string[]): Promise<void> {
    const body = payments.body();
    ids.push(body.paymentId);
    await payments.request('POST', '/payments', body);
    await payments.capture(body.paymentId, 700);
    await payments.refund(body.paymentId, 200);
    await payments.void(body.paymentId);
  }

  it('of payments after the intent, before the provider did anything', async () => {
    const prepared = await prepare();
    await behave({ api: 'cut_before' });
    const asked = prepared.ask();
    await intended(prepared);
    await payments.kill();
    await asked;
    await behave();
    await payments.restart();
    // The token is gone with the process, so this one cannot be made; it must not be half made either.
    expect(await converge(prepared)).toBe('failed');
  }, 120_000);

  it('of payments while the provider is at work', async () => {
    const prepared = await prepare();
    await behave({ latency_ms: 700 });
    const asked = prepared.ask();
    await intended(prepared);
    await new Promise(resolve => {
      setTimeout(resolve, 200);
    });
    await payments.kill();
    await asked;
    await behave();
    await payments.restart();
    // Whichever of the two: half made it must not be.
    expect(['authorised', 'failed']).toContain(await converge(prepared));
  }, 120_000);

  it('of payments after the provider answered, before that is written', async () => {
    const prepared = await prepare();
    const { body, toCapture, captured, toVoid } = prepared;
    // Intents leave the version alone; what is learnt raises it, and has to wait for this lock.
    await payments.database.query(
      `create function hold() returns trigger language plpgsql as
         $$ begin perform pg_advisory_xact_lock_shared(42); return new; end $$`,
    );
    await payments.database.query(
      `create trigger hold before update of version on payments for each row execute function hold()`,
    );
    const blocker = new pg.Client(payments.database.connectionString);
    blocker.on('error', () => undefined);
    await blocker.connect();
    await blocker.query('select pg_advisory_lock(42)');
    const asked = prepared.ask();
    await eventually(
      () =>
        provider.database.query(
          `select from charges where (reference = $1 and status = 'authorized') or (reference = $2 and captured = 500)
             or (reference = $3 and refunded = 300) or (reference = $4 and status = 'voided')`,
          [body, toCapture, captured, toVoid].map(({ paymentId }) => paymentId),
        ),
      rows => rows.length === 4,
    );
    await payments.kill();
    // The server would finish a waiting statement of a dead client; a crash of the machine would not.
    await payments.database.cutConnections();
    await asked;
    await payments.database.query('drop function hold cascade');
    const before = await payments.database.query<{ state: string }>(
      'select state from payments where payment_id = $1',
      [body.paymentId],
    );
    expect(before).toEqual([{ state: 'pending' }]);
    await payments.restart();
    expect(await converge(prepared)).toBe('authorised');
  }, 120_000);

  it('of the provider in the middle of calls', async () => {
    const prepared = await prepare();
    await behave({ latency_ms: 500 });
    const asked = prepared.ask();
    await intended(prepared);
    await provider.kill();
    await asked;
    const pending = await payments.get(prepared.body.paymentId);
    expect(['pending', 'failed']).toContain(pending.state);
    await provider.restart();
    await behave();
    expect(['authorised', 'failed']).toContain(await converge(prepared));
  }, 120_000);

  it('at any moment, again and again, loses and doubles nothing', async () => {
    const ids: string[] = [];
    const count = async () => {
      const [row] = await payments.database.query<{ operations: number }>(
        'select count(*)::integer as operations from operations',
      );
      return row.operations;
    };
    for (let round = 0; round < 5; round += 1) {
      const before = await count();
      const work = Array.from({ length: 12 }, () => live(ids));
      const wanted = before + 3 + round * 3;
      await eventually(count, now => now >= wanted);
      await payments.kill();
      await Promise.allSettled(work);
      await payments.restart();
    }
    await eventually(
      () =>
        payments.database.query(
          `select from operations where state = 'pending'`,
        ),
      rows => rows.length === 0,
    );
    const { ours, theirs } = await payments.ledgers();
    expect(ours).toEqual(theirs);
    const broken = await payments.database.query(
      `select * from payments where captured > authorised or refunded > captured or capture_reserved <> captured
         or refund_reserved <> refunded`,
    );
    expect(broken).toEqual([]);
    const known = await payments.database.query<{
      payment_id: string;
      state: string;
    }>('select payment_id, state from payments where payment_id = any($1)', [
      ids,
    ]);
    // A life is four operations at most.
    expect(known.length).toBeGreaterThan(10);
    const held = await provider.database.query<{ reference: string }>(
      `select reference from charges where status in ('authorized', 'partially_captured') and reference = any($1)`,
      [ids],
    );
    const open = known.filter(({ state }) =>
      ['authorised', 'partially-captured'].includes(state),
    );
    expect(held.map(({ reference }) => reference).sort()).toEqual(
      open.map(({ payment_id }) => payment_id).sort(),
    );
  }, 120_000);
});
