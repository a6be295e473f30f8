import type { Drill, DrillContext } from '../Drill.ts';
import { buyPatiently } from '../shopper/buyPatiently.ts';
import { Goods } from '../shopper/Goods.ts';
import { ask, expectStatus } from '../shopper/http.ts';
import { Staff } from '../shopper/Staff.ts';
import type { ServiceProcess } from '../stack/ServiceProcess.ts';
import { eventually } from './eventually.ts';
import { metricOf } from './metricOf.ts';
import { QUICK_SETTINGS } from './quickSettings.ts';

const CHANGED = 40;
/** Where a consumer's work is seen, as one number or text that must not change by doing it again. */
const END_STATES: Readonly<Record<string, [service: string, query: string]>> = {
  'known products': [
    'product-search',
    `select count(*)::text || md5(string_agg(product_id || ' ' || version || ' ' || deleted || ' ' || data, ',' order by product_id)) as state from product_sources`,
  ],
  'known stock states': [
    'product-search',
    `select count(*)::text || md5(string_agg(sku || state, ',' order by sku)) as state from stock_sources`,
  ],
  stock: [
    'inventory',
    `select md5(string_agg(sku || ' ' || warehouse_id || ' ' || on_hand || ' ' || held || ' ' || allocated, ',' order by sku, warehouse_id)) as state from stock`,
  ],
  'movements of stock': [
    'inventory',
    `select count(*)::text as state from movements`,
  ],
  carts: [
    'cart',
    `select md5(string_agg(id || lines::text, ',' order by id)) as state from carts`,
  ],
  'money of orders': [
    'orders',
    `select md5(string_agg(id || state || captured || ' ' || refunded || ' ' || shipped_value, ',' order by id)) as state from orders`,
  ],
  'captures and refunds': [
    'payments',
    `select count(*)::text as state from operations`,
  ],
  'messages to shoppers': [
    'messages',
    `select count(*)::text as state from messages`,
  ],
};

async function endState({ stack }: DrillContext): Promise<Map<string, string>> {
  const rows = await Promise.all(
    Object.entries(END_STATES).map(async ([name, [service, query]]) => {
      const [row] = await stack.databases.query<{ state: string }>(
        service,
        query,
      );
      return [name, row.state] as const;
    }),
  );
  return new Map([
    ...rows,
    ['mails', String(stack.mailbox.store.list().length)],
  ]);
}

/** Waits until no group has anything before it, no outbox anything in it, and the index lacks nothing. */
async function allHandled({ stack }: DrillContext): Promise<number> {
  const count = async (database: string, text: string) => {
    const [{ open }] = await stack.databases.query<{ open: number }>(
      database,
      text,
    );
    return open;
  };
  const open = () =>
    Promise.all([
      count(
        'events',
        `select coalesce(sum(p.next_offset - g.next_offset), 0)::float8 as open
         from event_log.group_partitions g join event_log.partitions p using (topic_id, partition)
         where g.group_name in (select group_name from event_log.group_members where expires_at > now())`,
      ),
      count(
        'product-search',
        `select count(*)::float8 as open from index_queue`,
      ),
      ...['products', 'inventory', 'orders', 'payments', 'fulfilment'].map(
        service =>
          count(service, 'select count(*)::float8 as open from outbox'),
      ),
    ]).then(counts => counts.reduce((sum, one) => sum + one, 0));
  return eventually(open, left => left === 0, {
    withinMs: 90_000,
    everyMs: 300,
  });
}

/** Two builds of what publishes and two instances of what consumes, and everything told once more. */
export const oldAndNew: Drill = {
  name: 'old-and-new',
  title:
    'Products 1.0.0 and 2.0.0 publish side by side, two consumers share a group and one is killed, and every group replays from zero: the same end state, nothing doubled',
  serviceEnv: QUICK_SETTINGS,
  async run(context) {
    const { stack, say, figure, check } = context;
    const goods = await Goods.create(stack);
    const staff = await Staff.create(stack);
    const token = await stack.tokens.staff(['catalog-admin']);
    const [sku] = await goods.skus(1);
    await goods.leave(sku, 50);
    const before = await allHandled(context);
    check('all was handled before', before === 0, `${before} events wait`);

    say('a newer products and a second product-search are started');
    const oldOne = stack.service('products');
    const [newOne, second] = await Promise.all([
      stack.addInstance('products', '2.0.0'),
      stack.addInstance('product-search'),
    ]);
    const first = stack.service('product-search');
    const handledBy = async (instance: ServiceProcess) =>
      (await metricOf(instance.url, 'events_consumed_total', {
        topic: 'shop.products',
        outcome: 'handled',
      })) ?? 0;
    // Its share of the partitions is handed over in a moment.
    await eventually(
      () =>
        stack.databases.query<{ members: number }>(
          'events',
          `select count(distinct member)::int as members from event_log.group_partitions
           where group_name = 'product-search' and member is not null and expires_at > now()`,
        ),
      ([{ members }]) => members === 2,
      { withinMs: 60_000 },
    );
    // The newer version tells of its ratings.
    await allHandled(context);
    const marks = [await handledBy(first), await handledBy(second)];
    const { body: page } = expectStatus(
      await staff.ask('products', 'GET', `/admin/products?limit=${CHANGED}`),
      200,
    );
    const [bought] = await stack.databases.query<{ id: string }>(
      'inventory',
      'select product_id as id from skus where sku = $1',
      [sku],
    );
    const products = (page.items as { productId: string }[]).filter(
      ({ productId }) => productId !== bought.id,
    );
    const archive = async (
      { productId }: { productId: string },
      by: ServiceProcess,
      archived: boolean,
    ) => {
      const url = `${by.url}/admin/products/${productId}`;
      const { headers } = expectStatus(await ask({ url, token }), 200);
      return expectStatus(
        await ask({
          method: 'PUT',
          url: `${url}/archived`,
          token,
          body: { archived },
          headers: { 'if-match': headers.etag as string },
        }),
        200,
      );
    };
    say('staff change products through both');
    for (const [n, product] of products.entries()) {
      await archive(product, n % 2 ? oldOne : newOne, true);
    }
    const handled = await eventually(
      async () => [
        (await handledBy(first)) - marks[0],
        (await handledBy(second)) - marks[1],
      ],
      ([one, other]) => one + other >= products.length,
      { withinMs: 30_000 },
    );
    figure('events handled by the one consumer', handled[0]);
    figure('by the other', handled[1]);
    check(
      'both take part, and each event is handled once',
      handled.every(count => count > 0) &&
        handled[0] + handled[1] === products.length,
      JSON.stringify(handled),
    );

    say('one consumer is killed in the middle of changes');
    const changes = (async () => {
      for (const [n, product] of products.entries()) {
        if (n === 5) void second.kill();
        // Every fourth stays archived.
        if (n % 4) await archive(product, n % 2 ? newOne : oldOne, false);
      }
    })();
    const { answer, shopper } = await buyPatiently(stack, [
      { sku, quantity: 2 },
    ]);
    await changes;
    const { orderId, cartId } = expectStatus(answer, 201).body;
    // The same again in the same cart: an order that is told of twice must not take it out.
    await allHandled(context);
    expectStatus(
      await ask({
        method: 'PUT',
        url: `${stack.service('cart').url}/carts/${cartId}/lines/${sku}`,
        token: shopper.token,
        body: { quantity: 2 },
      }),
      200,
    );
    await eventually(
      () => shopper.order(orderId),
      ({ body }) => body.state === 'completed',
      { withinMs: 60_000 },
    );
    await eventually(
      async () => stack.mailbox.store.list({ to: shopper.email }).length,
      mails => mails >= 3,
      { withinMs: 20_000 },
    );
    const waiting = await allHandled(context);
    check(
      'all was handled by the one that is left',
      waiting === 0,
      `${waiting}`,
    );
    const truth = await stack.databases.query<{ id: string; deleted: boolean }>(
      'products',
      `select id, archived_at is not null as deleted from products where id = any($1::uuid[])`,
      [products.map(({ productId }) => productId)],
    );
    const known = await stack.databases.query<{
      id: string;
      deleted: boolean;
    }>(
      'product-search',
      `select product_id as id, deleted from product_sources where product_id = any($1::uuid[])`,
      [products.map(({ productId }) => productId)],
    );
    const wrong = truth.filter(
      one => known.find(({ id }) => id === one.id)?.deleted !== one.deleted,
    );
    check(
      'search knows of each product what products knows',
      known.length === products.length && wrong.length === 0,
      JSON.stringify(wrong),
    );

    say('every group is set back to zero');
    const state = await endState(context);
    const groups = await stack.databases.query<{
      name: string;
      topics: string[];
    }>(
      'events',
      `select g.group_name as name, array_agg(distinct t.name) as topics
       from event_log.group_partitions g join event_log.topics t on t.id = g.topic_id
       where g.group_name in (select group_name from event_log.group_members where expires_at > now())
       group by 1`,
    );
    const startedAt = performance.now();
    for (const { name, topics } of groups) {
      await stack.databases.query(
        'events',
        'select event_log.replay($1, $2, null)',
        [name, topics],
      );
    }
    const left = await allHandled(context);
    const [{ events }] = await stack.databases.query<{ events: number }>(
      'events',
      'select count(*)::int as events from event_log.events',
    );
    figure('groups replayed', groups.map(({ name }) => name).join(', '));
    figure('events in the log', events);
    figure(
      'replayed by all groups within',
      `${Math.round((performance.now() - startedAt) / 100) / 10} s`,
    );
    check('all groups come to the end again', left === 0, `${left} wait`);
    const after = await endState(context);
    for (const [name, value] of state) {
      check(
        `${name}: the same as before`,
        after.get(name) === value,
        `${value} before, ${after.get(name)} after`,
      );
    }
    const letters = await Promise.all(
      ['product-search', 'inventory', 'cart', 'orders', 'messages'].map(
        async name =>
          [
            name,
            (await metricOf(stack.service(name).url, 'event_dead_letters')) ??
              0,
          ] as const,
      ),
    );
    for (const [n, product] of products.entries()) {
      if (n % 4 === 0) await archive(product, oldOne, false);
    }
    check(
      'no event was parked',
      letters.every(([, count]) => count === 0),
      JSON.stringify(letters),
    );
  },
};
