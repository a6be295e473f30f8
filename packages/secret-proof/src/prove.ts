/** Whether a capability on a path is there. */
export interface Probe {
  path: string;
  capability: string;
}

/** What is asked, and where. */
export interface ProofRequest {
  /** Without a slash at its end. */
  address: string;
  namespace?: string;
  /** Of the auth method. */
  mount: string;
  role: string;
  /** Token of the service account. */
  jwt: string;
  probes: readonly Probe[];
  /** Milliseconds of everything together. */
  deadlineMs: number;
}

/** What the program prints. */
export type ProofReport =
  | {
      /** `refused`: there is no such role, or it is not for this account; then nothing is allowed. */
      login: 'accepted' | 'refused';
      /** In the order of the probes. */
      found: Array<'allow' | 'deny'>;
    }
  /** Nothing is known: Vault did not answer, or not as it should. */
  | { error: string };

/**
 * Logs in as the service account, asks `sys/capabilities-self`, and ends the token. It reads no secret: what it can find out is allow
 * or deny. It never throws, and no text of the server gets into what it answers.
 */
export async function prove(request: ProofRequest): Promise<ProofReport> {
  const { mount, role, jwt, probes } = request;
  const signal = AbortSignal.timeout(request.deadlineMs);
  const call = (path: string, body: object, token?: string) =>
    fetch(`${request.address}/v1/${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-vault-request': 'true',
        ...(request.namespace && { 'x-vault-namespace': request.namespace }),
        ...(token && { 'x-vault-token': token }),
      },
      body: JSON.stringify(body),
      redirect: 'manual',
      signal,
    });
  let token: string | undefined;
  try {
    const login = await call(`auth/${mount}/login`, { role, jwt });
    if (await isRefusal(login)) {
      return { login: 'refused', found: probes.map(() => 'deny') };
    }
    if (!login.ok) {
      return { error: `The login answered ${login.status}` };
    }
    token = ((await login.json()) as { auth: { client_token: string } }).auth
      .client_token;
    const paths = [...new Set(probes.map(probe => probe.path))];
    const answer = await call('sys/capabilities-self', { paths }, token);
    if (!answer.ok) {
      return { error: `sys/capabilities-self answered ${answer.status}` };
    }
    const { data } = (await answer.json()) as {
      data: Record<string, string[]>;
    };
    return {
      login: 'accepted',
      found: probes.map(({ path, capability }) =>
        data[path].includes(capability) || data[path].includes('root')
          ? 'allow'
          : 'deny',
      ),
    };
  } catch {
    return {
      error: signal.aborted
        ? 'Vault did not answer in time'
        : 'Vault did not answer, or not as it should',
    };
  } finally {
    if (token) {
      await call('auth/token/revoke-self', {}, token).catch(() => undefined);
    }
  }
}

/**
 * Whether Vault said plainly that there is no such role, or that it is not for this account. A review of tokens that is broken is
 * answered by 403, too, and must not look like a grant that was revoked.
 */
async function isRefusal(response: Response): Promise<boolean> {
  if (response.status !== 400 && response.status !== 403) {
    return false;
  }
  const { errors } = (await response
    .clone()
    .json()
    .catch(() => ({}))) as { errors?: unknown };
  return (
    Array.isArray(errors) &&
    errors.some(
      text =>
        typeof text === 'string' &&
        /invalid role name|not authorized/i.test(text),
    )
  );
}
