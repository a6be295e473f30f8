import type { Database, Statement } from '@shopfloor/service-kit';
import type { Behaviour } from '../domain/testCards.ts';
import {
  type Account,
  type Capabilities,
  type Misbehaviour,
  WELL_BEHAVED,
} from '../domain/types.ts';

const COLUMNS =
  'id, name, publishable_key, webhook_url, allowed_origins, capabilities, misbehaviour';

const bySecretKey: Statement = {
  name: 'account_by_secret_key',
  text: `select ${COLUMNS} from accounts where secret_key_hash = $1`,
};

const byPublishableKey: Statement = {
  name: 'account_by_publishable_key',
  text: `select ${COLUMNS} from accounts where publishable_key = $1`,
};

const byId: Statement = {
  name: 'account_by_id',
  text: `select ${COLUMNS} from accounts where id = $1`,
};

const save: Statement = {
  name: 'save_account',
  text: `
    insert into accounts (id, name, secret_key_hash, publishable_key, webhook_url, webhook_secret, allowed_origins, capabilities, misbehaviour)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
    on conflict (id) do update set name = excluded.name, secret_key_hash = excluded.secret_key_hash,
      publishable_key = excluded.publishable_key, webhook_url = excluded.webhook_url, webhook_secret = excluded.webhook_secret,
      allowed_origins = excluded.allowed_origins, capabilities = excluded.capabilities`,
};

const change: Statement = {
  name: 'change_account',
  text: `update accounts set misbehaviour = misbehaviour || $2::jsonb, capabilities = capabilities || $3::jsonb,
      webhook_url = coalesce($4, webhook_url)
    where id = $1 returning ${COLUMNS}`,
};

const saveToken: Statement = {
  name: 'save_token',
  text: `insert into tokens (id, account_id, behaviour, card_brand, card_last4) values ($1, $2, $3, $4, $5)`,
};

const findToken: Statement = {
  name: 'find_token',
  text: 'select behaviour, card_brand, card_last4 from tokens where account_id = $1 and id = $2',
};

/** An account with its secrets, to be saved. */
export interface NewAccount {
  id: string;
  name: string;
  secretKeyHash: Buffer;
  publishableKey: string;
  webhookUrl: string | undefined;
  webhookSecret: string;
  allowedOrigins: readonly string[];
  capabilities: Capabilities;
}

/** A card behind a token. */
export interface TokenisedCard {
  behaviour: Behaviour;
  brand: string;
  last4: string;
}

function toAccount(row: any): Account {
  return { ...row, webhook_url: row.webhook_url ?? undefined };
}

/** Accounts and the tokens of their cards. */
export class AccountStore {
  readonly #database: Database;

  static create(options: { database: Database }): AccountStore {
    return new AccountStore(options.database);
  }

  private constructor(database: Database) {
    this.#database = database;
  }

  /** Makes an account or changes all but how it misbehaves. */
  async save(account: NewAccount): Promise<void> {
    await this.#database.query(save, [
      account.id,
      account.name,
      account.secretKeyHash,
      account.publishableKey,
      account.webhookUrl,
      account.webhookSecret,
      account.allowedOrigins,
      JSON.stringify(account.capabilities),
      JSON.stringify(WELL_BEHAVED),
    ]);
  }

  async change(
    id: string,
    changes: {
      misbehaviour: Partial<Misbehaviour>;
      capabilities: Partial<Capabilities>;
      webhookUrl: string | undefined;
    },
  ): Promise<Account | undefined> {
    const [row] = await this.#database.query(change, [
      id,
      JSON.stringify(changes.misbehaviour),
      JSON.stringify(changes.capabilities),
      changes.webhookUrl,
    ]);
    return row && toAccount(row);
  }

  async findBySecretKey(hash: Buffer): Promise<Account | undefined> {
    const [row] = await this.#database.query(bySecretKey, [hash]);
    return row && toAccount(row);
  }

  async findByPublishableKey(key: string): Promise<Account | undefined> {
    const [row] = await this.#database.query(byPublishableKey, [key]);
    return row && toAccount(row);
  }

  async find(id: string): Promise<Account | undefined> {
    const [row] = await this.#database.query(byId, [id]);
    return row && toAccount(row);
  }

  async saveToken(
    accountId: string,
    id: string,
    card: TokenisedCard,
  ): Promise<void> {
    await this.#database.query(saveToken, [
      id,
      accountId,
      card.behaviour,
      card.brand,
      card.last4,
    ]);
  }

  async findToken(
    accountId: string,
    id: string,
  ): Promise<TokenisedCard | undefined> {
    const [row] = await this.#database.query<{
      behaviour: Behaviour;
      card_brand: string;
      card_last4: string;
    }>(findToken, [accountId, id]);
    return (
      row && {
        behaviour: row.behaviour,
        brand: row.card_brand,
        last4: row.card_last4,
      }
    );
  }
}
