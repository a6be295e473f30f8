import { createHash } from 'node:crypto';
import {
  existsSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { writeFileAtomic } from '../config/files.ts';
import { environments } from '../deploy/environments.ts';
import type { OpenBaoClient } from './openbaoClient.ts';

/** The identity of the platform's pipeline at OpenBao: the name of its policy and of its AppRole. */
export const PIPELINE = 'platform-pipeline';

const MOUNTS = [
  ...environments.flatMap(environment => [
    {
      at: environment,
      type: 'kv',
      description: `Secrets of the environment ${environment}`,
      more: { options: { version: '2' } },
    },
    {
      at: `database-${environment}`,
      type: 'database',
      description: `Credentials of the databases of ${environment}`,
    },
    {
      at: `pki-${environment}`,
      type: 'pki',
      description: `Certificates of the services of ${environment}`,
      more: { config: { max_lease_ttl: '87600h' } },
    },
    {
      at: `transit-${environment}`,
      type: 'transit',
      description: `Keys of the services of ${environment}`,
    },
    {
      at: `auth/kubernetes-${environment}`,
      type: 'kubernetes',
      description: `Service accounts of ${environment}`,
    },
  ]),
  {
    at: 'auth/approle',
    type: 'approle',
    description: "The platform's pipeline and the portal's secrets backend",
  },
  { at: 'auth/oidc', type: 'oidc', description: 'People' },
  {
    at: 'shopfloor-grants',
    type: 'kv',
    description: 'Names of grants: used, ended, and waiting. No secrets',
    more: { options: { version: '1' } },
  },
];

const PIPELINE_ROLE = {
  token_policies: [PIPELINE],
  token_no_default_policy: true,
  token_type: 'service',
  token_ttl: '15m',
  token_max_ttl: '15m',
  token_bound_cidrs: ['127.0.0.1/32'],
  secret_id_bound_cidrs: ['127.0.0.1/32'],
};

/** Where the credentials of an AppRole are. */
export interface AppRoleFiles {
  roleIdFile: string;
  secretIdFile: string;
}

/** What `sys/init` answered. */
interface InitRecord {
  recoveryKeys: string[];
  /** Here only until set-up has revoked it. */
  rootToken?: string;
  /** Hash of what root has set up; another one is set up anew. */
  setUp?: string;
}

/** Options of {@link setUpOpenBao}. */
export interface SetUpOptions {
  repoRoot: string;
  /** `<state>/openbao`. */
  dir: string;
  client: OpenBaoClient;
  log(message: string): void;
}

/**
 * Initialises OpenBao at first, then mounts what the platform needs and makes an identity for its pipeline, and revokes the root
 * token. Done again with a new root token, made of the recovery key, when a newer version wants something else. Goes on where
 * it was interrupted.
 */
export async function setUpOpenBao(options: SetUpOptions): Promise<void> {
  const { dir, client } = options;
  const recordPath = join(dir, 'init.json');
  if (!(await client.initialised())) {
    writeFileSync(startedPath(dir), '');
    const { recoveryKeys, rootToken } = await client.initialise();
    save(recordPath, { recoveryKeys, rootToken });
    rmSync(startedPath(dir));
  }
  await client.untilActive();
  let record: InitRecord = JSON.parse(readFileSync(recordPath, 'utf8'));
  const done = isSetUp(record, options);
  if (done && !record.rootToken) {
    return;
  }
  if (!done) {
    if (
      !record.rootToken ||
      !(await client.withToken(record.rootToken).tokenIsValid())
    ) {
      options.log(
        'makes a root token out of the recovery key, for this set-up',
      );
      const rootToken = await client.generateRoot(record.recoveryKeys[0]);
      // Noted first: a launcher that dies now revokes it at its next start.
      record = { ...record, rootToken };
      save(recordPath, record);
    }
    await mountAndIntroduce(options, client.withToken(record.rootToken!));
    record = { ...record, setUp: setUpHash(options.repoRoot) };
    save(recordPath, record);
  }
  const root = client.withToken(record.rootToken!);
  if (await root.tokenIsValid()) {
    await root.revokeSelf();
  }
  save(recordPath, { ...record, rootToken: undefined });
}

/** Whether set-up will have to make a root token out of the recovery key. */
export function needsNewRoot(options: {
  repoRoot: string;
  dir: string;
}): boolean {
  const path = join(options.dir, 'init.json');
  if (!existsSync(path)) return false;
  const record: InitRecord = JSON.parse(readFileSync(path, 'utf8'));
  return !record.rootToken && !isSetUp(record, options);
}

function isSetUp(
  record: InitRecord,
  { repoRoot, dir }: { repoRoot: string; dir: string },
): boolean {
  return (
    record.setUp === setUpHash(repoRoot) &&
    existsSync(pipelineFiles(dir).secretIdFile)
  );
}

/** A server whose keys were lost in the very moment it was initialised holds nothing yet and is made anew. */
export function discardHalfInitialised(dir: string): void {
  if (existsSync(startedPath(dir))) {
    if (!existsSync(join(dir, 'init.json'))) {
      rmSync(join(dir, 'raft'), { recursive: true, force: true });
    }
    rmSync(startedPath(dir));
  }
}

/** With what the pipeline signs in, one file each. */
export function pipelineFiles(dir: string): AppRoleFiles {
  return appRoleFiles(join(dir, PIPELINE));
}

/** The files of an AppRole in its folder, readable by this user alone. */
export function appRoleFiles(folder: string): AppRoleFiles {
  return {
    roleIdFile: join(folder, 'role-id'),
    secretIdFile: join(folder, 'secret-id'),
  };
}

/**
 * Gives an AppRole new credentials and puts them into its folder.
 *
 * @param client - may read the role and make secret ids of it
 */
export async function issueAppRole(options: {
  client: OpenBaoClient;
  role: string;
  folder: string;
}): Promise<AppRoleFiles> {
  const { client, role } = options;
  const path = `auth/approle/role/${role}`;
  const files = appRoleFiles(options.folder);
  const roleId = (await client.read(`${path}/role-id`))?.role_id;
  const { secret_id: secretId } = await client.write(`${path}/secret-id`);
  // The secret id last: set-up takes it as the sign that both are there.
  writeFileAtomic({ path: files.roleIdFile, content: roleId, mode: 0o600 });
  writeFileAtomic({ path: files.secretIdFile, content: secretId, mode: 0o600 });
  return files;
}

/** What only root may do. */
async function mountAndIntroduce(
  options: SetUpOptions,
  root: OpenBaoClient,
): Promise<void> {
  for (const mount of MOUNTS) {
    await root.ensureMount(mount);
  }
  for (const [name, text] of policies(options.repoRoot)) {
    await root.writePolicy(name, text);
  }
  await root.write(`auth/approle/role/${PIPELINE}`, PIPELINE_ROLE);
  await issueAppRole({
    client: root,
    role: PIPELINE,
    folder: join(options.dir, PIPELINE),
  });
}

function setUpHash(repoRoot: string): string {
  return createHash('sha256')
    .update(JSON.stringify([MOUNTS, PIPELINE_ROLE, policies(repoRoot)]))
    .digest('hex');
}

/** There while the server may be initialised and its keys not yet written down. */
function startedPath(dir: string): string {
  return join(dir, 'initialising');
}

function save(path: string, record: InitRecord): void {
  writeFileAtomic({
    path,
    content: `${JSON.stringify(record, undefined, 2)}\n`,
    mode: 0o600,
  });
}

function policies(repoRoot: string): Array<[name: string, text: string]> {
  const dir = join(repoRoot, 'platform', 'vault', 'policies');
  return readdirSync(dir)
    .filter(name => name.endsWith('.hcl'))
    .sort()
    .map(name => [
      basename(name, '.hcl'),
      readFileSync(join(dir, name), 'utf8'),
    ]);
}
