import { readdirSync, readFileSync } from 'fs';
import { basename, join, resolve } from 'path';
import { parseArgs } from 'util';
import { DefaultVaultClient } from '@shopfloor/vault-client';
import { z } from 'zod';
import { applyPlatform } from './applyPlatform';
import { parseDatabaseSettings } from './platformSettings';
import { readServices } from './readServices';
import { PlatformChange } from './types';

const USAGE = `Usage: node platform/vault/apply.mts [--plan] --settings <file>
Writes to Vault or OpenBao what the declarations of the services say; --plan only prints what would change.
The settings are JSON: address, namespace, auth, environments, portal, approvers, peopleMount, seeds, window (platform/vault/README.md).`;

const nonEmpty = z.string().min(1);

const settingsSchema = z.strictObject({
  address: z.url(),
  namespace: nonEmpty.optional(),
  auth: z.discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('approle'),
      mount: nonEmpty,
      roleIdFile: nonEmpty,
      secretIdFile: nonEmpty,
    }),
    z.strictObject({
      kind: z.literal('kubernetes'),
      mount: nonEmpty,
      role: nonEmpty,
      tokenFile: nonEmpty,
    }),
    z.strictObject({ kind: z.literal('token-file'), tokenFile: nonEmpty }),
  ]),
  environments: z
    .array(
      z.strictObject({
        name: z.string().regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/),
        namespace: nonEmpty.optional(),
        mounts: z
          .strictObject({
            kv: nonEmpty.optional(),
            database: nonEmpty.optional(),
            pki: nonEmpty.optional(),
            transit: nonEmpty.optional(),
            kubernetes: nonEmpty.optional(),
            oidc: nonEmpty.optional(),
          })
          .optional(),
        freeForm: z.boolean().optional(),
      }),
    )
    .min(1),
  portal: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('approle'), mount: nonEmpty }),
    z.strictObject({
      kind: z.literal('kubernetes'),
      mount: nonEmpty,
      namespace: nonEmpty,
      serviceAccount: nonEmpty,
      audience: nonEmpty,
    }),
  ]),
  approvers: z.array(z.email()).default([]),
  peopleMount: nonEmpty.optional(),
  seeds: z.array(z.enum(['kv', 'database', 'pki', 'transit'])).default([]),
  window: z.int().min(1).max(100).optional(),
});

/** Options of {@link runPipeline}. */
export interface RunPipelineOptions {
  /** Of the command line, without the program. */
  args: string[];
  /** Root of the repository. */
  root: string;
  print: (line: string) => void;
}

/**
 * The program of the pipeline.
 *
 * @throws Error in words for who runs it
 */
export async function runPipeline(options: RunPipelineOptions): Promise<void> {
  const { args, root, print } = options;
  const { values } = parseArgs({
    args,
    options: {
      plan: { type: 'boolean', default: false },
      settings: { type: 'string' },
    },
  });
  if (!values.settings) {
    throw new Error(USAGE);
  }
  const parsed = settingsSchema.safeParse(
    JSON.parse(readFileSync(resolve(values.settings), 'utf8')),
  );
  if (!parsed.success) {
    throw new Error(`${values.settings}: ${z.prettifyError(parsed.error)}`);
  }
  const { address, namespace, auth, ...settings } = parsed.data;
  const client = DefaultVaultClient.create({ address, namespace, auth });
  try {
    const changes = await applyPlatform({
      ...settings,
      ...readPlatformFiles(root),
      client,
      planOnly: values.plan,
    });
    changes.forEach(change => print(words(change, values.plan)));
    print(
      changes.length === 0
        ? 'Vault is as the declarations say.'
        : `${changes.length} ${values.plan ? 'would change' : 'changed'}.`,
    );
  } finally {
    await client.close().catch(() => undefined);
  }
}

/** What the pipeline takes from the repository: declarations, statements, policies. */
export function readPlatformFiles(root: string) {
  const folder = join(root, 'platform/vault');
  return {
    services: readServices(join(root, 'services')),
    database: parseDatabaseSettings(
      readFileSync(join(folder, 'database.yaml'), 'utf8'),
    ),
    policies: new Map(
      readdirSync(join(folder, 'policies'))
        .filter(name => name.endsWith('.hcl'))
        .sort()
        .map(name => [
          basename(name, '.hcl'),
          readFileSync(join(folder, 'policies', name), 'utf8'),
        ]),
    ),
  };
}

function words(change: PlatformChange, planned: boolean): string {
  const verb = { create: 'create', update: 'update' }[change.action];
  return [
    `${planned ? `would ${verb}` : `${verb}d`} ${change.path}`,
    ...(planned ? change.diff.map(line => `    ${line}`) : []),
  ].join('\n');
}
