/** Why a call failed. */
export type VaultErrorCode =
  /** The token, or who logs in, may not do it. */
  | 'denied'
  /** The server is sealed or not initialised; somebody has to unseal it. */
  | 'sealed'
  /** This node is not the one that answers. */
  | 'standby'
  /** It does not answer, or not in time, or answers that something is broken. */
  | 'away'
  /** There is nothing at that path. */
  | 'not-found'
  /** The server understood and will not: the request makes no sense to it. */
  | 'refused';

/** Options of a {@link VaultError}. */
export interface VaultErrorOptions {
  code: VaultErrorCode;
  method: string;
  path: string;
  /** Of the answer; absent when there was none. */
  status?: number;
  /** What the server said, already without anything secret. */
  detail?: string;
  /** Whether it was the login that failed, so that nothing is known of the request itself. */
  login?: boolean;
}

/** A call of Vault that failed. Neither message nor fields ever have a token, a value, or a body. */
export class VaultError extends Error {
  readonly code: VaultErrorCode;
  readonly status: number | undefined;
  readonly path: string;
  /** Whether the login failed: somebody has to look after the credentials, and the request may be made again then. */
  readonly login: boolean;

  constructor(options: VaultErrorOptions) {
    super(messageOf(options));
    this.name = 'VaultError';
    this.code = options.code;
    this.status = options.status;
    this.path = options.path;
    this.login = options.login ?? false;
  }
}

/** Whether an error is a {@link VaultError}, of one of some codes if any are given. */
export function isVaultError(
  error: unknown,
  ...codes: VaultErrorCode[]
): error is VaultError {
  return (
    error instanceof VaultError &&
    (codes.length === 0 || codes.includes(error.code))
  );
}

const WORDS: Record<VaultErrorCode, string> = {
  denied: 'Vault does not allow',
  sealed: 'Vault is sealed and did not begin',
  standby: 'This node of Vault is on standby and did not begin',
  away: 'Vault gave no usable answer to',
  'not-found': 'Vault has nothing at',
  refused: 'Vault refused',
};

function messageOf({
  code,
  method,
  path,
  status,
  detail,
}: VaultErrorOptions): string {
  const tail = [status && `status ${status}`, detail].filter(Boolean);
  return `${WORDS[code]} ${method} ${path}${
    tail.length > 0 ? ` (${tail.join(': ')})` : ''
  }`;
}
