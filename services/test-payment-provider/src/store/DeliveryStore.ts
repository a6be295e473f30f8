import type { Database, Statement } from '@shopfloor/service-kit';
import { DELIVERY_LEASE } from './fragments.ts';

/** A webhook to send. */
export interface Delivery {
  id: string;
  attempts: number;
  url: string;
  secret: string;
  body: string;
  /** Seconds since 1970, by the database clock. */
  timestamp: number;
}

const fields = `d.id, d.attempts, a.webhook_url as url, a.webhook_secret as secret, e.body, d.signature,
  extract(epoch from now())::bigint::integer as timestamp`;

/** Most deliveries of one claim. */
export const CLAIM_LIMIT = 20;

/** A claimed delivery is due again after its lease, when its sender died. */
const claim: Statement = {
  name: 'claim_deliveries',
  text: `
    update deliveries d set attempts = d.attempts + 1, due_at = now() + ${DELIVERY_LEASE}
    from events e, accounts a
    where d.id in (
      select due.id from deliveries due
      join events of on of.id = due.event_id join accounts owner on owner.id = of.account_id
      where due.delivered_at is null and due.due_at <= now() and owner.webhook_url is not null
        and not (owner.misbehaviour ->> 'webhook_paused')::boolean
        and ($1::text is null or of.charge_id = $1)
        and of.created_at > now() - interval '24 hours'
      order by due.due_at, due.id limit ${CLAIM_LIMIT} for update of due skip locked
    ) and e.id = d.event_id and a.id = e.account_id
    returning ${fields}`,
};

const settle: Statement = {
  name: 'settle_delivery',
  text: `update deliveries set signature = $2, last_status = $3,
      delivered_at = case when $4 then now() end,
      due_at = case when $4 then due_at else now() + make_interval(secs => $5) end
    where id = $1`,
};

const hurry: Statement = {
  name: 'hurry_deliveries',
  text: `update deliveries d set due_at = now() from events e
    where e.id = d.event_id and e.charge_id = $1 and d.delivered_at is null`,
};

const sent: Statement = {
  name: 'sent_deliveries',
  text: `select ${fields} from deliveries d join events e on e.id = d.event_id join accounts a on a.id = e.account_id
    where e.account_id = $1 and e.charge_id = $2 and d.signature is not null order by d.id`,
};

const again: Statement = {
  name: 'send_again',
  text: `update deliveries d set delivered_at = null, due_at = now() from events e
    where e.id = d.event_id and e.account_id = $1 and e.charge_id = $2`,
};

/** Webhooks that wait, are being sent, or have been. */
export class DeliveryStore {
  readonly #database: Database;

  static create(options: { database: Database }): DeliveryStore {
    return new DeliveryStore(options.database);
  }

  private constructor(database: Database) {
    this.#database = database;
  }

  /** Takes what is due, of one charge when it is given. */
  async claim(chargeId?: string): Promise<Delivery[]> {
    return this.#database.query<Delivery>(claim, [chargeId]);
  }

  async settle(options: {
    id: string;
    signature: string;
    status: number | undefined;
    delivered: boolean;
    retryInSeconds: number;
  }): Promise<void> {
    await this.#database.query(settle, [
      options.id,
      options.signature,
      options.status,
      options.delivered,
      options.retryInSeconds,
    ]);
  }

  /** Makes all of a charge's webhooks due now. */
  async hurry(chargeId: string): Promise<void> {
    await this.#database.query(hurry, [chargeId]);
  }

  /** What has been sent for a charge, with the signature it had. */
  async sent(
    accountId: string,
    chargeId: string,
  ): Promise<(Delivery & { signature: string })[]> {
    return this.#database.query(sent, [accountId, chargeId]);
  }

  /** Sends all webhooks of a charge once more, signed anew. */
  async again(accountId: string, chargeId: string): Promise<void> {
    await this.#database.query(again, [accountId, chargeId]);
  }
}
