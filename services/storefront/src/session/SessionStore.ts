/** A shopper's session, without its secret. */
export interface Session {
  id: string;
  /** `guest:<id>` or `customer:<id>`. */
  subject: string;
  kind: 'guest' | 'customer';
  email?: string;
  emailVerified?: boolean;
  cartId?: string;
  /** Currency of that cart, or of the guest's cart that is to be merged. */
  cartCurrency?: string;
  /** A guest's cart that is still to be put into the customer's. */
  mergeCartId?: string;
}

/** Who signed in. */
export interface SignedIn {
  customerId: string;
  email?: string;
  emailVerified: boolean;
}

/** A sign-in that has begun in a browser. */
export interface BegunSignIn {
  codeVerifier: string;
  nonce: string;
  returnTo: string;
}

/** Sessions and sign-ins. Secrets arrive here as hashes only. */
export interface SessionStore {
  read(tokenHash: Buffer): Promise<Session | undefined>;
  /** Stores a guest's session as it is given. */
  createGuest(tokenHash: Buffer, session: Session): Promise<void>;
  /** Ends the session of `previousHash` and begins a customer's. */
  signIn(options: {
    tokenHash: Buffer;
    previousHash: Buffer | undefined;
    person: SignedIn;
  }): Promise<Session>;
  end(tokenHash: Buffer): Promise<void>;
  endAll(subject: string): Promise<void>;
  /** The cart that counts: `cartId`, unless another request noted one since `before` was read. */
  setCart(options: {
    sessionId: string;
    cartId: string | undefined;
    before: string | undefined;
    currency?: string;
  }): Promise<string | undefined>;
  markMerged(sessionId: string, cartId: string): Promise<void>;
  beginSignIn(options: {
    stateHash: Buffer;
    browserHash: Buffer;
    signIn: BegunSignIn;
  }): Promise<void>;
  /** Only once, only in the browser that began it, only within ten minutes. */
  takeSignIn(options: {
    stateHash: Buffer;
    browserHash: Buffer;
  }): Promise<BegunSignIn | undefined>;
  /** Removes what has expired. Returns how many rows. */
  trim(): Promise<number>;
}
