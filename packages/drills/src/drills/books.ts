import type { ShopStack } from '../stack/ShopStack.ts';

/** What an order's row says. Amounts are minor units. */
export interface OrderBook {
  orderId: string;
  placedBy: string;
  key: string;
  cart: string;
  state: string;
  total: number;
  captured: number;
  refunded: number;
  shippedValue: number;
  paymentId: string;
  /** Captures and refunds that are not done yet. */
  movesDue: number;
}

/** How much of a SKU was ordered and sent, by orders; or sent, by fulfilment. */
export interface LineBook {
  orderId: string;
  sku: string;
  quantity: number;
  shipped: number;
}

/** What payments knows of a payment. */
export interface PaymentBook {
  paymentId: string;
  orderId: string;
  state: string;
  captured: number;
  refunded: number;
}

/** What the provider knows of a payment. */
export interface ChargeBook {
  chargeId: string;
  paymentId: string;
  status: string;
  amount: number;
  captured: number;
  refunded: number;
}

/** A movement of money in a ledger: ours, or the provider's. */
export interface MoneyEntry {
  paymentId: string;
  kind: string;
  /** Our id of the capture or refund; the provider's of a dispute. */
  reference: string;
  amount: number;
}

/** Stock of a SKU in a warehouse, beside what the ledger and the reservations say it is. */
export interface StockBook {
  sku: string;
  warehouseId: string;
  onHand: number;
  held: number;
  allocated: number;
  received: number;
  shipped: number;
  returned: number;
  adjusted: number;
  /** Kept by reservations that are held, and by those that are confirmed. */
  heldByReservations: number;
  allocatedByReservations: number;
}

/** What is kept for an order. */
export interface ReservationBook {
  orderId: string;
  state: string;
  /** Units it still keeps. */
  remaining: number;
}

/** Everything that several services and the provider know of the same goods and the same money. */
export interface Books {
  orders: OrderBook[];
  lines: LineBook[];
  /** Units sent, by fulfilment's parcels. */
  parcels: Omit<LineBook, 'quantity'>[];
  payments: PaymentBook[];
  charges: ChargeBook[];
  ourLedger: MoneyEntry[];
  theirLedger: MoneyEntry[];
  stock: StockBook[];
  reservations: ReservationBook[];
}

/** Reads the books of all services and of the provider, every row of them, straight from their databases. */
export async function readBooks(stack: ShopStack): Promise<Books> {
  const read = <Row extends object>(service: string, text: string) =>
    stack.databases.query<Row>(service, text);
  const [
    orders,
    lines,
    parcels,
    payments,
    charges,
    ourLedger,
    theirLedger,
    stock,
    reservations,
  ] = await Promise.all([
    read<OrderBook>(
      'orders',
      `select id as "orderId", placed_by as "placedBy", idempotency_key as key, cart_id || '@' || cart_version as cart, state,
         total::float8, captured::float8, refunded::float8, shipped_value::float8 as "shippedValue", payment_id as "paymentId",
         (select count(*)::int from money_moves m where m.order_id = o.id and m.state = 'due') as "movesDue"
       from orders o order by id`,
    ),
    read<LineBook>(
      'orders',
      `select order_id as "orderId", sku, quantity, shipped from order_lines order by 1, 2`,
    ),
    read<Books['parcels'][number]>(
      'fulfilment',
      `select s.order_id as "orderId", l->>'sku' as sku, sum((l->>'quantity')::int)::int as shipped
       from parcels p join shipments s using (shipment_id) cross join jsonb_array_elements(p.lines) l
       group by 1, 2 order by 1, 2`,
    ),
    read<PaymentBook>(
      'payments',
      `select payment_id as "paymentId", order_id as "orderId", state, captured::float8, refunded::float8 from payments order by 1`,
    ),
    read<ChargeBook>(
      'test-payment-provider',
      `select id as "chargeId", reference as "paymentId", status, amount::float8, captured::float8, refunded::float8
       from charges order by 1`,
    ),
    read<MoneyEntry>(
      'payments',
      `select payment_id as "paymentId", kind, object_id as reference, amount::float8 from postings order by 1, 2, 3`,
    ),
    read<MoneyEntry>(
      'test-payment-provider',
      `select c.reference as "paymentId", replace(p.type, '_', '-') as kind, coalesce(p.reference, p.object_id) as reference,
         p.amount::float8 from postings p join charges c on c.id = p.charge_id order by 1, 2, 3`,
    ),
    read<StockBook>(
      'inventory',
      `select s.sku, s.warehouse_id as "warehouseId", s.on_hand::float8 as "onHand", s.held::float8, s.allocated::float8,
         coalesce(m.received, 0) as received, coalesce(m.shipped, 0) as shipped,
         coalesce(m.returned, 0) as returned, coalesce(m.adjusted, 0) as adjusted,
         coalesce(r.held, 0) as "heldByReservations", coalesce(r.allocated, 0) as "allocatedByReservations"
       from stock s
       left join (
         select sku, warehouse_id,
           sum(on_hand) filter (where kind = 'received')::float8 as received,
           -sum(on_hand) filter (where kind = 'shipped')::float8 as shipped,
           sum(on_hand) filter (where kind = 'returned')::float8 as returned,
           sum(on_hand) filter (where kind not in ('received', 'shipped', 'returned'))::float8 as adjusted
         from movements group by 1, 2
       ) m using (sku, warehouse_id)
       left join (
         select l.sku, l.warehouse_id,
           sum(l.remaining) filter (where r.state = 'held')::float8 as held,
           sum(l.remaining) filter (where r.state = 'confirmed')::float8 as allocated
         from reservation_lines l join reservations r on r.id = l.reservation_id and r.generation = l.generation
         group by 1, 2
       ) r using (sku, warehouse_id)
       order by 1, 2`,
    ),
    read<ReservationBook>(
      'inventory',
      `select r.id as "orderId", r.state, coalesce(sum(l.remaining), 0)::float8 as remaining
       from reservations r
       left join reservation_lines l on l.reservation_id = r.id and l.generation = r.generation
       group by r.id order by 1`,
    ),
  ]);
  return {
    orders,
    lines,
    parcels,
    payments,
    charges,
    ourLedger,
    theirLedger,
    stock,
    reservations,
  };
}
