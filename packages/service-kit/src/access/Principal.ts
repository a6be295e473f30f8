/** Whom a verified token speaks for. */
export interface Principal {
  /** `guest:<id>`, `customer:<id>`, or the subject of a member of staff. */
  subject: string;
  kind: 'guest' | 'customer' | 'staff';
  scopes: string[];
  /** Roles of staff, such as `care`; none for shoppers. */
  roles: string[];
  /** Only for customers. Never logged. */
  email?: string;
  emailVerified?: boolean;
  /** The token itself, to be passed on. Never logged. */
  token: string;
  /** When the token expires, in milliseconds since 1970. */
  expiresAt: number;
}

/** Decides whether a token is genuine and whom it speaks for. */
export interface TokenVerifier {
  /**
   * @returns at once when the token was seen before
   * @throws UnauthenticatedError when it is not genuine, expired or for somebody else
   * @throws UnavailableError when the keys of its issuer cannot be had
   */
  verify(token: string): Principal | Promise<Principal>;
}
