import { LRUCache } from 'lru-cache';
import { newId } from '@shopfloor/service-kit';
import { hashOf, newSecret } from './secrets.ts';
import type { Session, SessionStore, SignedIn } from './SessionStore.ts';

/** Options of {@link SessionService}. */
export interface SessionServiceOptions {
  store: SessionStore;
  /** How long a session that was read is believed, in milliseconds. */
  memoMs: number;
}

/** Sessions of shoppers. A session is known by a secret that only its cookie has. */
export class SessionService {
  readonly #store: SessionStore;
  readonly #memo: LRUCache<string, Session> | undefined;
  /** Sessions that are not stored yet, with the hashes of their secrets. */
  readonly #begun = new WeakMap<Session, Buffer>();

  static create(options: SessionServiceOptions): SessionService {
    return new SessionService(options);
  }

  private constructor({ store, memoMs }: SessionServiceOptions) {
    this.#store = store;
    this.#memo =
      memoMs > 0
        ? new LRUCache<string, Session>({ max: 20_000, ttl: memoMs })
        : undefined;
  }

  /** The session of a cookie. */
  async find(secret: string): Promise<Session | undefined> {
    const key = hashOf(secret);
    const name = key.toString('latin1');
    const known = this.#memo?.get(name);
    if (known) {
      return known;
    }
    const session = await this.#store.read(key);
    if (session) {
      this.#memo?.set(name, session);
    }
    return session;
  }

  /** Begins a guest's session that is not stored yet: until {@link store} or {@link setCart} has done so its secret opens nothing. */
  beginGuest(): { session: Session; secret: string } {
    const secret = newSecret();
    const session: Session = {
      id: newId(),
      subject: `guest:${newId()}`,
      kind: 'guest',
    };
    this.#begun.set(session, hashOf(secret));
    return { session, secret };
  }

  /** Stores a session that has only begun, with the cart that it may have by now; one that is stored is left alone. */
  async store(session: Session): Promise<void> {
    const tokenHash = this.#begun.get(session);
    if (tokenHash) {
      await this.#store.createGuest(tokenHash, session);
      this.#begun.delete(session);
      this.#memo?.set(tokenHash.toString('latin1'), session);
    }
  }

  /**
   * Begins a customer's session under a new secret and ends the one before, so that a
   * secret which somebody else placed in the browser is worth nothing.
   */
  async signIn(options: {
    previous: string | undefined;
    person: SignedIn;
  }): Promise<{ session: Session; secret: string }> {
    const secret = newSecret();
    const session = await this.#store.signIn({
      tokenHash: hashOf(secret),
      previousHash:
        options.previous === undefined ? undefined : hashOf(options.previous),
      person: options.person,
    });
    if (options.previous) {
      this.#forget(options.previous);
    }
    return { session, secret };
  }

  async end(secret: string): Promise<void> {
    this.#forget(secret);
    await this.#store.end(hashOf(secret));
  }

  /** Ends every session of a person, as after an erasure. */
  async endAll(subject: string): Promise<void> {
    await this.#store.endAll(subject);
    for (const [key, session] of this.#memo?.entries() ?? []) {
      if (session.subject === subject) {
        this.#memo!.delete(key);
      }
    }
  }

  /** Notes the cart of a session; the one that counts is returned. */
  async setCart(
    session: Session,
    cartId: string | undefined,
    currency?: string,
  ): Promise<string | undefined> {
    if (this.#begun.has(session)) {
      // No other request can know it yet, so nothing else was noted.
      session.cartId = cartId;
      session.cartCurrency = currency;
      await this.store(session);
      return cartId;
    }
    const counts = await this.#store.setCart({
      sessionId: session.id,
      cartId,
      before: session.cartId,
      currency,
    });
    // The remembered object is shared by running requests of this session on purpose.
    session.cartId = counts;
    return counts;
  }

  async markMerged(session: Session, cartId: string): Promise<void> {
    await this.#store.markMerged(session.id, cartId);
    session.mergeCartId = undefined;
  }

  #forget(secret: string): void {
    this.#memo?.delete(hashOf(secret).toString('latin1'));
  }
}
