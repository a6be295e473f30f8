import { readFileSync } from 'node:fs';
import { prove, type Probe, type ProofReport } from './prove.ts';

const DEADLINE_MS = 20_000;

async function main(): Promise<ProofReport> {
  const missing = [
    'VAULT_ADDR',
    'PROOF_MOUNT',
    'PROOF_ROLE',
    'PROOF_TOKEN_FILE',
    'PROOF_PROBES',
  ].filter(name => !process.env[name]);
  if (missing.length > 0) {
    return { error: `${missing.join(', ')} is not set` };
  }
  const setting = (name: string) => process.env[name] as string;
  return prove({
    address: setting('VAULT_ADDR').replace(/\/+$/, ''),
    namespace: process.env.VAULT_NAMESPACE || undefined,
    mount: setting('PROOF_MOUNT'),
    role: setting('PROOF_ROLE'),
    jwt: readFileSync(setting('PROOF_TOKEN_FILE'), 'utf8').trim(),
    probes: JSON.parse(setting('PROOF_PROBES')) as Probe[],
    deadlineMs: DEADLINE_MS,
  });
}

main()
  // What went wrong may have the token in it, so it is not printed.
  .catch((): ProofReport => ({ error: 'The program could not be run' }))
  .then(report => {
    process.stdout.write(`${JSON.stringify(report)}\n`);
    process.exitCode = 'error' in report ? 1 : 0;
  });
