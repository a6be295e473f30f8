import { newId } from '@shopfloor/service-kit/src/ids/newId.ts';
import type { Drill, DrillContext } from '../Drill.ts';
import { EdgeCustomer } from '../shopper/EdgeCustomer.ts';
import { Goods } from '../shopper/Goods.ts';
import { ask, expectStatus, type Answer } from '../shopper/http.ts';
import { Staff } from '../shopper/Staff.ts';
import { eventually } from './eventually.ts';
import { metricOf } from './metricOf.ts';
import { QUICK_SETTINGS } from './quickSettings.ts';
import { logsSince, markLogs, needlesIn } from './searchEverything.ts';
import { searchRows } from './searchRows.ts';
import { withSettings } from '../stack/withSettings.ts';

/** Words that nobody else in the shop has. */
interface Person {
  customerId: string;
  email: string;
  name: string;
  phone: string;
  line1: string;
  line2: string;
  postalCode: string;
}

function invented(): Person {
  const customerId = newId();
  const mark = customerId.slice(-8);
  return {
    customerId,
    email: `Quillon.${mark}@larkfield.example`,
    name: `Quillon Ashdown-${mark}`,
    phone: `+4930${parseInt(mark, 16).toString().padStart(10, '0')}`,
    line1: `Kauzenstieg ${mark}`,
    line2: `Hinterhaus ${mark}`,
    postalCode: '10997',
  };
}

/** What must be gone. */
function needlesOf({ email, name, phone, line1, line2 }: Person): string[] {
  return [email, encodeURIComponent(email), name, phone.slice(1), line1, line2];
}

/** Where the id of an erased customer may stay, as the docs of the services say. */
const ID_STAYS = [
  'customers: public.erasures.customer_id',
  'orders: public.erasures.customer_id',
  'fulfilment: public.erasures.customer_id',
  'messages: public.erasures.customer_id',
  // The log drops events after its retention.
  'events: event_log.events.key',
  'events: event_log.events.value',
];

interface Bought {
  orderId: string;
}

/** Profile, address, a full cart, orders, one of them claimed, and a return with the person's own words. */
async function live(
  { stack }: DrillContext,
  person: Person,
  sku: string,
): Promise<{ customer: EdgeCustomer; token: string; orders: Bought[] }> {
  const { customerId, email, name, phone, line1, line2, postalCode } = person;
  const customer = await EdgeCustomer.signIn(stack, { customerId, email });
  const token = await stack.tokens.shopper({
    kind: 'customer',
    id: customerId,
    email,
  });
  const address = {
    name,
    line1,
    line2,
    city: 'Berlin',
    postalCode,
    country: 'DE',
  };
  const me = expectStatus(await customer.ask('GET', '/api/me'), 200);
  expectStatus(
    await customer.ask(
      'PUT',
      '/api/me',
      { displayName: name, language: 'en', phone },
      { 'if-match': me.headers.etag as string },
    ),
    200,
  );
  expectStatus(
    await customer.ask('POST', '/api/me/addresses', address),
    200,
    201,
  );
  const buy = async (
    send: (
      method: 'PUT' | 'POST',
      path: string,
      body?: unknown,
      headers?: Record<string, string>,
    ) => Promise<Answer>,
  ): Promise<Bought> => {
    const cart = await send(
      'PUT',
      `/api/cart/lines/${sku}?currency=EUR&country=DE`,
      { quantity: 1 },
    );
    const { cartId } = expectStatus(cart, 200, 201).body;
    const quote = await send('POST', '/api/quotes', {
      cartId,
      email,
      language: 'en',
      shippingAddress: address,
      shippingOptionId: 'standard',
    });
    const order = await send(
      'POST',
      '/api/orders',
      {
        quoteId: expectStatus(quote, 201).body.quoteId,
        payment: { token: 'tok_approved' },
      },
      { 'idempotency-key': newId() },
    );
    return expectStatus(order, 201, 202).body;
  };
  let cookie = '';
  const asGuest = await buy(async (method, path, body, headers) => {
    const answer = await ask({
      method,
      url: stack.service('storefront').url + path,
      body,
      headers: { 'x-shop-request': '1', cookie, ...headers },
    });
    const [begun] = [answer.headers['set-cookie'] ?? []].flat();
    cookie = begun?.split(';')[0] ?? cookie;
    return answer;
  });
  const asCustomer = await buy((...request) => customer.ask(...request));
  const claims = await customer.ask('POST', '/api/me/claims');
  expectStatus(claims, 200, 201);
  await eventually(
    () => customer.ask('GET', `/api/orders/${asCustomer.orderId}`),
    ({ body }) => body.state === 'completed',
    { withinMs: 60_000 },
  );
  expectStatus(
    await customer.ask('POST', `/api/orders/${asCustomer.orderId}/returns`, {
      returnId: newId(),
      lines: [{ sku, quantity: 1 }],
      reason: `Not what I wanted. ${name}`,
    }),
    200,
    201,
    202,
  );
  // What was ordered leaves the cart by an event.
  await eventually(
    () => customer.ask('GET', '/api/cart'),
    ({ body }) => body.lines?.length === 0,
    { withinMs: 20_000 },
  );
  // Bought last, so that it is still on its way when the person leaves.
  const underWay = await buy((...request) => customer.ask(...request));
  expectStatus(
    await customer.ask('PUT', `/api/cart/lines/${sku}?currency=EUR`, {
      quantity: 1,
    }),
    200,
    201,
  );
  return { customer, token, orders: [asGuest, asCustomer, underWay] };
}

/** Everything that the shop holds of the person, as it is handed out. */
async function takeCopy(
  { check, figure }: DrillContext,
  options: {
    customer: EdgeCustomer;
    person: Person;
    orders: readonly Bought[];
    sku: string;
  },
): Promise<void> {
  const { customer, person, orders, sku } = options;
  const begun = await customer.ask('POST', '/api/me/exports');
  const { exportId } = expectStatus(begun, 202).body;
  const startedAt = performance.now();
  await eventually(
    () => customer.ask('GET', `/api/me/exports/${exportId}`),
    ({ body }) => body.state === 'ready',
    { withinMs: 60_000 },
  );
  figure(
    'export ready after',
    `${Math.round(performance.now() - startedAt)} ms`,
  );
  const path = `/api/me/exports/${exportId}/download`;
  const copy = expectStatus(await customer.ask('POST', path), 200);
  const text = JSON.stringify(copy.body);
  figure('services in the export', Object.keys(copy.body.services).join(', '));
  figure('bytes of the export', text.length);
  for (const [what, values] of [
    ['the profile', [person.email, person.name, person.phone]],
    ['the addresses', [person.line1, person.line2]],
    ['the cart', [sku]],
    ['every order, the claimed one too', orders.map(order => order.orderId)],
  ] as const) {
    check(
      `the export holds ${what}`,
      values.every(value => text.includes(value)),
      `${values.filter(value => !text.includes(value)).length} are missing`,
    );
  }
  const { services } = copy.body;
  const records = (name: string) => JSON.stringify(services[name] ?? {});
  check(
    'the messages and the shipments are in it',
    records('messages').includes(orders[1].orderId) &&
      records('fulfilment').includes(person.line1),
    Object.keys(services).join(', '),
  );
  const twice = await customer.ask('POST', path);
  check('it is handed out once', twice.status === 409, `${twice.status}`);
}

/** Somebody who has used everything wants to be forgotten. */
export const erasure: Drill = {
  name: 'erasure',
  title:
    'A customer with everything takes a copy, then is erased: name, e-mail, addresses and phone are in no table, log, span or index any more',
  serviceEnv: QUICK_SETTINGS,
  traced: true,
  async run(context) {
    const { stack, say } = context;
    say('every service starts again with every request logged');
    const loud = Object.fromEntries(
      stack.services.map(({ name }) => [
        name,
        { ...QUICK_SETTINGS[name], LOG_LEVEL: 'trace', ACCESS_LOG: 'all' },
      ]),
    );
    await withSettings(stack, loud, () => eraseAndSearch(context));
  },
};

async function eraseAndSearch(context: DrillContext): Promise<void> {
  const { stack, say, figure, check } = context;
  const goods = await Goods.create(stack);
  const staff = await Staff.create(stack);
  const [sku] = await goods.skus(1);
  await goods.leave(sku, 20);
  const marks = markLogs(stack);
  const person = invented();
  const needles = needlesOf(person);
  say('somebody uses everything that the shop has');
  const { customer, token, orders } = await live(context, person, sku);
  await takeCopy(context, { customer, person, orders, sku });
  const before = await searchRows(stack, needles);
  figure('columns that hold something of the person', before.holding.length);
  for (const service of ['customers', 'orders', 'fulfilment', 'storefront']) {
    check(
      `the search finds the person in ${service}`,
      before.holding.some(({ where }) => where.startsWith(`${service}: `)),
      JSON.stringify(before.holding),
    );
  }

  say('and wants to be forgotten');
  const startedAt = performance.now();
  const begun = await customer.ask('POST', '/api/me/erasures');
  const { erasureId } = expectStatus(begun, 202).body;
  const state = await eventually(
    async () => {
      // What waits for an order to be over is looked at every minute, or when staff say so.
      await staff.ask('orders', 'POST', '/care/reconciliation');
      return ask({
        url: `${stack.service('customers').url}/me/erasures/${erasureId}`,
        token,
      });
    },
    ({ body }) => body.state === 'completed',
    { withinMs: 60_000, everyMs: 1000 },
  );
  figure(
    'erasure completed after',
    `${Math.round((performance.now() - startedAt) / 100) / 10} s`,
  );
  const parts = state.body.parts as {
    service: string;
    completedAt?: string;
  }[];
  check(
    'every service has reported that it is done',
    state.body.state === 'completed' &&
      parts.length >= 5 &&
      parts.every(({ completedAt }) => completedAt),
    JSON.stringify(state.body),
  );
  check(
    'the answer says what stays and why',
    ['orders', 'payments', 'customers'].every(service =>
      state.body.retention.some(
        (kept: { service: string }) => kept.service === service,
      ),
    ),
    JSON.stringify(state.body),
  );
  const gone = await customer.ask('GET', '/api/me');
  check('the session has ended', gone.status === 401, `${gone.status}`);
  const overdue = await metricOf(
    stack.service('customers').url,
    'customers_erasures_overdue',
  );
  check('none counts as overdue', overdue === 0, `${overdue}`);

  const after = await eventually(
    () => searchRows(stack, needles),
    ({ holding }) => holding.length === 0,
    { withinMs: 5000, everyMs: 1000 },
  );
  figure('tables searched', after.tables);
  check(
    'nothing of the person is in any table, search index and event log included',
    after.holding.length === 0,
    JSON.stringify(after.holding),
  );
  // Spans leave every few seconds; log lines at once.
  await eventually(
    async () => stack.traces.bodies.length,
    (
      count => () =>
        stack.traces.bodies.length > count
    )(stack.traces.bodies.length),
    { withinMs: 6000 },
  );
  const logs = logsSince(stack, marks);
  const inLogs = [...logs].filter(
    ([, text]) => needlesIn(text, needles).length > 0,
  );
  const inSpans = stack.traces.bodies.filter(
    text => needlesIn(text, needles).length > 0,
  );
  figure('spans searched', stack.traces.spanCount);
  const logBytes = [...logs.values()].reduce(
    (sum, text) => sum + text.length,
    0,
  );
  figure('bytes of logs searched', logBytes);
  check(
    'the logs hold the erasure',
    [...logs.values()].some(text => text.includes('/me/erasures')),
    `${logBytes} bytes`,
  );
  check(
    'nor in any log',
    inLogs.length === 0,
    inLogs.map(([name]) => name).join(', '),
  );
  check('nor in any span', inSpans.length === 0, `${inSpans.length} exports`);
  const ids = (await searchRows(stack, [person.customerId])).holding;
  const strays = ids.filter(({ where }) => !ID_STAYS.includes(where));
  figure(
    'where the id stays, which says nothing of anyone',
    ids.map(({ where, rows }) => `${rows} rows of ${where}`).join('; '),
  );
  check(
    'the id stays only where the docs say',
    strays.length === 0,
    JSON.stringify(strays),
  );
  const kept = await stack.databases.query<{
    total: number;
    email: string | null;
    address: Record<string, string>;
    owner: string;
  }>(
    'orders',
    'select total::float8, email, address, owner from orders where id = any($1::uuid[])',
    [orders.map(({ orderId }) => orderId)],
  );
  figure(
    'kept of each order by law',
    `number, dates, lines, amounts, taxes, and of the address: ${Object.keys(
      kept[0]?.address ?? {},
    ).join(', ')}`,
  );
  check(
    'orders keep their amounts and the country, of nobody',
    kept.length === orders.length &&
      kept.every(
        ({ total, email, address, owner }) =>
          total > 0 &&
          email === null &&
          owner.startsWith('erased:') &&
          Object.keys(address).every(key =>
            ['country', 'region'].includes(key),
          ),
      ),
    JSON.stringify(kept.map(({ address }) => Object.keys(address))),
  );
  const lines = await stack.databases.query<{ lines: unknown }>(
    'cart',
    'select lines from carts where owner = $1',
    [`customer:${person.customerId}`],
  );
  check('no cart is left', lines.length === 0, `${lines.length} carts`);
}
