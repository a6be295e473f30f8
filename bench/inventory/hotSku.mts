/**
 * One popular SKU: every order wants it. `node bench/inventory/hotSku.mts` needs
 * SHOPFLOOR_TEST_POSTGRES_URL, a scratch PostgreSQL; options: --seconds 5 --rate 110
 * --connections 8. First a closed loop, which shows the ceiling, then orders at a
 * fixed rate. An order is a reservation of two lines and its confirmation.
 */
import { parseArgs } from 'node:util';
import { newId } from '../../packages/service-kit/src/ids/newId.ts';
import { TestInventory } from '../../services/inventory/src/testing/TestInventory.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '5' },
    rate: { type: 'string', default: '110' },
    connections: { type: 'string', default: '8' },
  },
});
const seconds = Number(values.seconds);
const inventory = await TestInventory.create({
  DATABASE_POOL_MAX: values.connections,
});

function percentile(sorted: readonly number[], share: number): string {
  return `${(sorted[Math.floor(sorted.length * share)] ?? 0).toFixed(1)} ms`;
}

function report(name: string, latencies: number[], took: number): void {
  const sorted = latencies.sort((a, b) => a - b);
  process.stdout.write(
    `| ${name} | ${Math.round(sorted.length / took)} | ${percentile(sorted, 0.5)} | ${percentile(sorted, 0.95)} | ${percentile(sorted, 0.99)} |\n`,
  );
}

try {
  await inventory.stock('HOT', { rotterdam: 1_000_000 });
  const others = Array.from({ length: 500 }, (_, index) => `COLD-${index}`);
  for (const sku of others) {
    await inventory.stock(sku, { rotterdam: 100_000 });
  }
  const { reservations } = inventory.parts;
  const reserving: number[] = [];
  const order = async () => {
    const reservationId = newId();
    const started = performance.now();
    await reservations.reserve({
      reservationId,
      ttlSeconds: 600,
      lines: [
        { sku: 'HOT', quantity: 1 },
        { sku: others[Math.floor(Math.random() * 500)], quantity: 1 },
      ],
    });
    reserving.push(performance.now() - started);
    await reservations.confirm(reservationId);
    return performance.now() - started;
  };
  const closed: number[] = [];
  const end = performance.now() + seconds * 1000;
  await Promise.all(
    Array.from({ length: Number(values.connections) }, async () => {
      while (performance.now() < end) {
        closed.push(await order());
      }
    }),
  );
  process.stdout.write(
    '| load | orders/s | median | P95 | P99 |\n| --- | --- | --- | --- | --- |\n',
  );
  report('closed loop, reserve and confirm', closed, seconds);
  reserving.length = 0;
  const open: number[] = [];
  const running: Promise<unknown>[] = [];
  const began = performance.now();
  for (let sent = 0; sent < seconds * Number(values.rate); sent += 1) {
    const due = began + (sent * 1000) / Number(values.rate);
    await new Promise(resolve =>
      setTimeout(resolve, Math.max(0, due - performance.now())),
    );
    running.push(order().then(ms => open.push(ms)));
  }
  await Promise.all(running);
  report(
    `${values.rate} orders/s arriving, reserve and confirm`,
    open,
    seconds,
  );
  report(`${values.rate} orders/s arriving, reserve alone`, reserving, seconds);
  await inventory.assertAgreement();
} finally {
  await inventory.close();
}
