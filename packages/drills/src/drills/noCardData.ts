import type { Drill, DrillContext } from '../Drill.ts';
import { Goods } from '../shopper/Goods.ts';
import { TraceCollector } from '../stack/TraceCollector.ts';
import { withSettings } from '../stack/withSettings.ts';
import { eventually } from './eventually.ts';
import { QUICK_SETTINGS } from './quickSettings.ts';
import { markLogs, searchEverything } from './searchEverything.ts';
import {
  NUMBERS,
  payWithCards,
  PROVIDER,
  typeAnywhere,
  typeIntoEverything,
} from './typedCards.ts';

async function sendAndSearch(
  context: DrillContext,
  traces: TraceCollector,
  marks: ReadonlyMap<string, number>,
): Promise<void> {
  const { stack, say, figure, check } = context;
  const goods = await Goods.create(stack);
  const [sku] = await goods.skus(1);
  await goods.leave(sku, 100);

  say('tokens of cards pay for orders');
  const { tokens, orderIds } = await payWithCards(context, sku);
  say('card numbers are typed into every field');
  const attempts = await typeIntoEverything(context, sku);
  figure('fields that a number was typed into', attempts.length);
  const taken = attempts.filter(
    ({ answer }) => answer.status < 400 || answer.status >= 500,
  );
  check(
    'each is refused with a 4xx',
    taken.length === 0,
    taken
      .slice(0, 5)
      .map(({ where, answer }) => `${where}: ${answer.status}`)
      .join('; '),
  );
  const told = attempts.filter(
    ({ answer }) => answer.body?.code === 'card-data-refused',
  );
  figure('of them told that it is card data', told.length);
  const echoed = attempts.filter(({ answer }) =>
    NUMBERS.some(number => JSON.stringify(answer.body).includes(number)),
  );
  check(
    'no answer repeats the number',
    echoed.length === 0,
    echoed
      .slice(0, 5)
      .map(({ where }) => where)
      .join('; '),
  );
  figure(
    'requests with a number in path, query, headers or a broken body',
    await typeAnywhere(context),
  );

  say(
    'waits until the orders have been sent and paid, and everything was told',
  );
  const rows = await eventually(
    () =>
      stack.databases.query<{ state: string }>(
        'orders',
        `select state from orders where id = any($1::uuid[])`,
        [orderIds],
      ),
    orders => orders.every(({ state }) => state === 'completed'),
    { withinMs: 120_000, everyMs: 500 },
  );
  check(
    'the orders are completed',
    rows.every(({ state }) => state === 'completed'),
    JSON.stringify(rows),
  );
  // Spans leave every few seconds.
  let spans = -1;
  await eventually(
    async () => {
      const before = spans;
      spans = traces.spanCount;
      return spans - before;
    },
    more => more === 0,
    { withinMs: 60_000, everyMs: 7000 },
  );

  const numbers = NUMBERS.flatMap(number => [
    number,
    encodeURIComponent(number),
  ]);
  const needles = [...new Set([...numbers, ...tokens])];
  const { found, searched } = await searchEverything({
    stack,
    traces,
    marks,
    needles,
    leaveOut: [PROVIDER],
  });
  for (const [name, amount] of Object.entries(searched)) {
    figure(`searched: ${name}`, amount);
  }
  check(
    'nothing is found',
    found.length === 0,
    [
      ...new Set(
        found.map(
          ({ needle, where }) =>
            `${
              needles[needle].startsWith('tok_') ? 'a token' : 'a number'
            } in ${where}`,
        ),
      ),
    ].join('; '),
  );
  const atProvider = await searchEverything({
    stack,
    traces,
    marks: new Map(markLogs(stack)),
    needles: numbers,
    leaveOut: ['events', ...stack.services.map(({ name }) => name)].filter(
      name => name !== PROVIDER,
    ),
  });
  check(
    'even the provider keeps no whole number',
    atProvider.found.length === 0,
    atProvider.found.map(({ where }) => where).join('; '),
  );

  // A search that could find nothing would prove nothing.
  const known = await searchEverything({
    stack,
    traces,
    marks,
    needles: [orderIds[0], 'Musterweg 1', 'Request answered', 'POST /orders'],
    leaveOut: [PROVIDER],
  });
  const places = known.found.map(({ where }) => where);
  for (const [place, pattern] of [
    ['tables', /^orders: /],
    ['events', /^events: /],
    ['logs', /^log of orders/],
    ['spans', /^a span/],
  ] as const) {
    check(
      `the search does find what is in ${place}`,
      places.some(where => pattern.test(where)),
      places.slice(0, 10).join('; '),
    );
  }
}

/** Card numbers and tokens are sent into every way in, and then looked for everywhere. */
export const noCardData: Drill = {
  name: 'no-card-data',
  title:
    'Card numbers typed into every field, and tokens of cards that were used, are in no table, log, span, event, metric or mail of ours',
  serviceEnv: QUICK_SETTINGS,
  async run(context) {
    const { stack, say } = context;
    const traces = await TraceCollector.listen();
    const marks = markLogs(stack);
    try {
      say('every service starts again with every request logged and traced');
      const settings = Object.fromEntries(
        stack.services.map(({ name }) => [
          name,
          {
            ...QUICK_SETTINGS[name],
            OTEL_EXPORTER_OTLP_ENDPOINT: traces.endpoint,
            OTEL_TRACES_SAMPLER_ARG: '1',
            LOG_LEVEL: 'trace',
            ACCESS_LOG: 'all',
          },
        ]),
      );
      await withSettings(stack, settings, () =>
        sendAndSearch(context, traces, marks),
      );
    } finally {
      await traces.close();
    }
  },
};
