import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { OpenBaoClient } from '../parts/openbaoClient.ts';
import {
  appRoleFiles,
  issueAppRole,
  pipelineFiles,
} from '../parts/openbaoSetUp.ts';
import type { SandboxContext } from '../supervisor/types.ts';
import { environments } from './environments.ts';
import type { Release, ReleaseNeeds } from './render.ts';
import { shopSecret } from './shopSecrets.ts';
import { shopSettings } from './shopSettings.ts';

/** The identity that plays the people who enter values: the name of its policy and of its AppRole. */
const ENTRANT = 'sandbox-values';

const declarations = z.object({
  spec: z.object({
    secrets: z.array(
      z.object({
        name: z.string(),
        kind: z.string(),
        path: z.string().optional(),
      }),
    ),
  }),
});

/** A value that belongs into OpenBao: a key of a secret. */
export interface ShopValue {
  /** Below the prefix of the service, without the mount: `messages/smtp`. */
  path: string;
  key: string;
  /** Where the sandbox has it from. */
  from: { setting: string } | { secret: string; key: string };
}

/**
 * The values of a release that `secrets.yaml` declares as the service's own and its values name by `grant`. Those of other services
 * are entered with theirs.
 */
export function shopValuesOf(options: {
  repoRoot: string;
  release: Release;
  needs: ReleaseNeeds;
}): ShopValue[] {
  const { repoRoot, release, needs } = options;
  const file = join(repoRoot, 'services', release.service, 'secrets.yaml');
  if (!existsSync(file)) return [];
  const { spec } = declarations.parse(parse(readFileSync(file, 'utf8')));
  const pathOf = (grant: string | undefined) =>
    spec.secrets.find(({ name, kind }) => name === grant && kind === 'kv')
      ?.path;
  return [
    ...needs.settingsEnv.map(({ key, grant }) => ({
      grant,
      key,
      from: { setting: key },
    })),
    ...needs.secretEnv.map(({ secret, key, grant }) => ({
      grant,
      key,
      from: { secret, key },
    })),
  ].flatMap(({ grant, key, from }) => {
    const path = pathOf(grant);
    return path ? [{ path: `${release.service}/${path}`, key, from }] : [];
  });
}

/**
 * Enters what people of a company would in Vault's own interface. A secret that is there is left alone, whoever wrote it; the identity
 * that does so can create and neither read, change nor delete.
 *
 * @returns the paths that were entered
 */
export async function enterShopValues(
  ctx: SandboxContext,
  releases: readonly { release: Release; needs: ReleaseNeeds }[],
): Promise<string[]> {
  const wanted = new Map<string, Record<string, string>>();
  for (const { release, needs } of releases) {
    const { environment } = release;
    const settings = await shopSettings(ctx, environment);
    for (const { path, key, from } of shopValuesOf({
      repoRoot: ctx.repoRoot,
      release,
      needs,
    })) {
      const value =
        'setting' in from
          ? settings[from.setting]
          : await shopSecret(ctx, { environment, ...from });
      const at = `${environment}/${path}`;
      wanted.set(at, { ...wanted.get(at), [key]: value });
    }
  }
  if (wanted.size === 0) return [];
  const entrant = await signIn(ctx);
  try {
    const entered: string[] = [];
    for (const [at, data] of wanted) {
      const [environment, ...rest] = at.split('/');
      const path = rest.join('/');
      if (await entrant.read(`${environment}/metadata/${path}`)) continue;
      await entrant.write(`${environment}/data/${path}`, {
        data,
        options: { cas: 0 },
      });
      entered.push(at);
    }
    return entered;
  } finally {
    await entrant.revokeSelf();
  }
}

async function signIn(ctx: SandboxContext): Promise<OpenBaoClient> {
  const dir = join(ctx.stateDir, 'openbao');
  const client = new OpenBaoClient(`http://127.0.0.1:${ctx.ports.openbao}`);
  const files = appRoleFiles(join(dir, ENTRANT));
  if (existsSync(files.secretIdFile)) {
    // Credentials of before are used on, so that their number does not grow with each start.
    const before = await client.login(files).catch(() => undefined);
    if (before) return before;
  }
  const pipeline = await client.login(pipelineFiles(dir));
  try {
    await pipeline.writePolicy(
      ENTRANT,
      environments
        .map(
          name =>
            `path "${name}/data/*" {\n  capabilities = ["create"]\n}\n\npath "${name}/metadata/*" {\n  capabilities = ["read"]\n}\n`,
        )
        .join('\n'),
    );
    await pipeline.write(`auth/approle/role/${ENTRANT}`, {
      token_policies: [ENTRANT],
      token_ttl: '5m',
      token_max_ttl: '5m',
      token_bound_cidrs: ['127.0.0.1/32'],
      secret_id_bound_cidrs: ['127.0.0.1/32'],
    });
    await issueAppRole({
      client: pipeline,
      role: ENTRANT,
      folder: join(dir, ENTRANT),
    });
  } finally {
    await pipeline.revokeSelf();
  }
  return client.login(files);
}
