import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from '../config/files.ts';
import type { OpenBaoClient } from './openbaoClient.ts';
import { issueAppRole } from './openbaoSetUp.ts';

/** The identity with which the portal's checks look at leases: the name of its policy and of its AppRole. */
const CHECKS = 'checks-leases';

const ROLE = {
  token_policies: [CHECKS],
  token_type: 'service',
  // Renewed at each start; OpenBao grants no longer period by itself.
  token_period: '768h',
  token_bound_cidrs: ['127.0.0.1/32'],
  secret_id_bound_cidrs: ['127.0.0.1/32'],
  secret_id_num_uses: 1,
};

/** Where the portal's checks find their token. */
export function checksTokenFile(dir: string): string {
  return join(dir, CHECKS, 'token');
}

/** Renews the token with which the portal's checks look at leases, or makes one where there is none that is good. */
export async function keepChecksToken(options: {
  client: OpenBaoClient;
  pipeline: OpenBaoClient;
  /** `<state>/openbao`. */
  dir: string;
}): Promise<void> {
  const { client, pipeline, dir } = options;
  const path = checksTokenFile(dir);
  if (existsSync(path)) {
    const before = client.withToken(readFileSync(path, 'utf8'));
    if (await before.tokenIsValid()) {
      await before.write('auth/token/renew-self');
      return;
    }
  }
  await pipeline.write(`auth/approle/role/${CHECKS}`, ROLE);
  const files = await issueAppRole({
    client: pipeline,
    role: CHECKS,
    folder: join(dir, CHECKS),
  });
  const content = await client.tokenOf(files);
  writeFileAtomic({ path, content, mode: 0o600 });
  // Used up.
  Object.values(files).forEach(file => rmSync(file));
}
