import { type Database, newId } from '@shopfloor/service-kit';
import type {
  BegunSignIn,
  Session,
  SessionStore,
  SignedIn,
} from './SessionStore.ts';
import {
  beginSignInStatement,
  createGuestStatement,
  endAllSessionsStatement,
  endSessionStatement,
  mergedStatement,
  readSessionStatement,
  setCartStatement,
  signInStatement,
  takeSignInStatement,
  trimStatement,
} from './statements.ts';

interface SessionRow {
  id: string;
  subject: string;
  kind: 'guest' | 'customer';
  email: string | null;
  email_verified: boolean | null;
  cart_id: string | null;
  cart_currency: string | null;
  merge_cart_id: string | null;
}

const TRIM_ROWS = 1000;

function toSession(row: SessionRow): Session {
  return {
    id: row.id,
    subject: row.subject,
    kind: row.kind,
    email: row.email ?? undefined,
    emailVerified: row.email_verified ?? undefined,
    cartId: row.cart_id ?? undefined,
    cartCurrency: row.cart_currency ?? undefined,
    mergeCartId: row.merge_cart_id ?? undefined,
  };
}

/** Sessions in the service's own database. One round trip each. */
export class DatabaseSessionStore implements SessionStore {
  readonly #database: Pick<Database, 'query'>;
  readonly #ttlHours: number;

  static create(options: {
    database: Pick<Database, 'query'>;
    ttlHours: number;
  }): DatabaseSessionStore {
    return new DatabaseSessionStore(options.database, options.ttlHours);
  }

  private constructor(database: Pick<Database, 'query'>, ttlHours: number) {
    this.#database = database;
    this.#ttlHours = ttlHours;
  }

  async read(tokenHash: Buffer): Promise<Session | undefined> {
    const [row] = await this.#database.query<SessionRow>(readSessionStatement, [
      tokenHash,
      this.#ttlHours,
    ]);
    return row && toSession(row);
  }

  async createGuest(tokenHash: Buffer, session: Session): Promise<void> {
    const { id, subject, cartId, cartCurrency } = session;
    await this.#database.query(createGuestStatement, [
      id,
      tokenHash,
      subject,
      cartId,
      cartCurrency,
      this.#ttlHours,
    ]);
  }

  async signIn(options: {
    tokenHash: Buffer;
    previousHash: Buffer | undefined;
    person: SignedIn;
  }): Promise<Session> {
    const { tokenHash, previousHash, person } = options;
    const [row] = await this.#database.query<SessionRow>(signInStatement, [
      newId(),
      tokenHash,
      person.customerId,
      person.email,
      person.emailVerified,
      previousHash,
      this.#ttlHours,
    ]);
    return toSession(row);
  }

  async end(tokenHash: Buffer): Promise<void> {
    await this.#database.query(endSessionStatement, [tokenHash]);
  }

  async endAll(subject: string): Promise<void> {
    await this.#database.query(endAllSessionsStatement, [subject]);
  }

  async setCart(options: {
    sessionId: string;
    cartId: string | undefined;
    before: string | undefined;
    currency?: string;
  }): Promise<string | undefined> {
    const [row] = await this.#database.query<{ cart_id: string | null }>(
      setCartStatement,
      [options.sessionId, options.cartId, options.before, options.currency],
    );
    return row?.cart_id ?? undefined;
  }

  async markMerged(sessionId: string, cartId: string): Promise<void> {
    await this.#database.query(mergedStatement, [sessionId, cartId]);
  }

  async beginSignIn(options: {
    stateHash: Buffer;
    browserHash: Buffer;
    signIn: BegunSignIn;
  }): Promise<void> {
    const { stateHash, browserHash, signIn } = options;
    await this.#database.query(beginSignInStatement, [
      stateHash,
      browserHash,
      signIn.codeVerifier,
      signIn.nonce,
      signIn.returnTo,
    ]);
  }

  async takeSignIn(options: {
    stateHash: Buffer;
    browserHash: Buffer;
  }): Promise<BegunSignIn | undefined> {
    const [row] = await this.#database.query<{
      code_verifier: string;
      nonce: string;
      return_to: string;
      valid: boolean;
    }>(takeSignInStatement, [options.stateHash, options.browserHash]);
    return row?.valid
      ? {
          codeVerifier: row.code_verifier,
          nonce: row.nonce,
          returnTo: row.return_to,
        }
      : undefined;
  }

  async trim(): Promise<number> {
    let total = 0;
    for (;;) {
      const [row] = await this.#database.query<{
        sessions: number;
        sign_ins: number;
      }>(trimStatement, [TRIM_ROWS]);
      total += row.sessions + row.sign_ins;
      if (row.sessions < TRIM_ROWS && row.sign_ins < TRIM_ROWS) {
        return total;
      }
    }
  }
}
