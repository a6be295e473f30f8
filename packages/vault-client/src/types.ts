import { VaultHealth } from './health';

/** How a client proves who it is. Files are read anew at every login, so that what rotates is taken up. */
export type VaultAuth =
  | {
      kind: 'approle';
      /** Mount of the auth method, for example `approle`. */
      mount: string;
      roleIdFile: string;
      secretIdFile: string;
    }
  | {
      kind: 'kubernetes';
      mount: string;
      role: string;
      /** A token of the service account with an audience that the role asks for. */
      tokenFile: string;
    }
  | {
      /** A token that somebody else keeps alive. */
      kind: 'token-file';
      tokenFile: string;
    }
  | {
      /** A token in hand, for a program that ends soon. */
      kind: 'token';
      token: string;
    };

/** Where a server is and who calls it. */
export interface VaultConnection {
  /** Without a slash at its end. */
  address: string;
  namespace?: string;
  auth: VaultAuth;
}

/** What a path of the API is asked for. */
export interface VaultRequest {
  method: 'GET' | 'LIST' | 'POST' | 'PUT' | 'DELETE';
  /** Below `/v1/`, without a slash at its begin, for example `sys/policies/acl/orders`. */
  path: string;
  body?: Record<string, unknown>;
  /** Goes into the address, so nothing secret. */
  query?: Record<string, string>;
  /** Another token than the client's own: a wrapping token. */
  token?: string;
  /** Statuses besides 2xx that are an answer and no failure, for example 404. */
  accept?: readonly number[];
  signal?: AbortSignal;
}

/** What the server answered. */
export interface VaultAnswer {
  status: number;
  /** Parsed JSON; an empty object where there was none. */
  body: VaultBody;
}

/** The parts of an answer that every path of the API may have. */
export interface VaultBody {
  data?: Record<string, any>;
  auth?: {
    client_token: string;
    accessor: string;
    policies: string[];
    /** Seconds; 0 of a token without end. */
    lease_duration: number;
    renewable: boolean;
  };
  /** Set when the answer was wrapped, also by a control group. */
  wrap_info?: {
    token: string;
    accessor: string;
    /** Seconds. */
    ttl: number;
    creation_path: string;
  };
  lease_id?: string;
}

/** A client of one server with one identity. Every method throws {@link VaultError} and nothing else. */
export interface VaultClient {
  /** Asks for the state of the server; it needs no login and does not throw. */
  health(): Promise<VaultHealth>;

  /**
   * Calls the API. Logs in first when it has to, and once again when the token turns out to be dead. What is safe to repeat is
   * repeated a few times within the deadline: reading, and what the server said it did not begin.
   */
  request(request: VaultRequest): Promise<VaultAnswer>;

  /** `data` of a path; `undefined` where there is nothing. */
  read(path: string): Promise<Record<string, any> | undefined>;

  /** Keys below a path; none where there is nothing. */
  list(path: string): Promise<string[]>;

  /** Writes, and gives what the server answered. */
  write(path: string, body?: Record<string, unknown>): Promise<VaultAnswer>;

  /** Deletes; what is not there is deleted. */
  delete(path: string): Promise<void>;

  /** Ends the own token, if there is one. The next call logs in anew. */
  close(): Promise<void>;
}
