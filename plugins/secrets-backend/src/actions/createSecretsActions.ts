import {
  AuthService,
  BackstageCredentials,
} from '@backstage/backend-plugin-api';
import { ActionsRegistryService } from '@backstage/backend-plugin-api/alpha';
import { NotAllowedError } from '@backstage/errors';
import { parseInput } from '@shopfloor/plugin-requests-node';
import { UserCredentials } from '../access/GrantAccess';
import { grantPath } from '../notices/notices';
import { grantsQuery, idParams } from '../requests';
import { EntityService } from '../service/EntityService';
import { GrantService } from '../service/GrantService';

/** What {@link createSecretsActions} needs. */
export interface SecretsActionsOptions {
  actionsRegistry: ActionsRegistryService;
  auth: AuthService;
  entities: Pick<EntityService, 'environments'>;
  grants: Pick<GrantService, 'list' | 'get'>;
}

const ATTRIBUTES = { readOnly: true, destructive: false, idempotent: true };

/** Actions for AI clients: they read, as the person who is signed in. None decides, and none has a value of a secret. */
export function createSecretsActions(options: SecretsActionsOptions): void {
  listGrants(options);
  explainGrant(options);
}

function listGrants(options: SecretsActionsOptions): void {
  const { actionsRegistry, auth, entities, grants } = options;
  actionsRegistry.register({
    name: 'list-secret-grants',
    title: 'List secret grants',
    description: `
Lists who has, or asks for, access to which secret, the newest first, and how Vault does in each environment. Values of secrets are not here.

\`state\` is one of \`requested\`, \`approved\`, \`applying\`, \`waiting-authorisation\` (an approver has to authorise it at Vault), \`active\`, \`expiring\`,
\`drifted\` (changed by hand), \`failed\`, \`revoking\`, and ended: \`denied\`, \`withdrawn\`, \`expired\`, \`revoked\`. \`reasonCodes\` say what a grant waits for.
    `,
    attributes: ATTRIBUTES,
    schema: {
      input: z =>
        z.object({
          service: z
            .string()
            .optional()
            .describe(
              'Held by this component, for example component:default/orders',
            ),
          owner: z.string().optional().describe('On secrets of this component'),
          environment: z
            .string()
            .optional()
            .describe('Only in this environment, for example production'),
          state: z.string().optional().describe('Only in this state'),
          limit: z
            .number()
            .int()
            .min(1)
            .max(100)
            .optional()
            .describe('At most so many. Default 20.'),
        }),
      output: z =>
        z.object({
          totalItems: z.number().describe('All that match'),
          items: z.array(z.object({}).passthrough()),
          environments: z.array(z.object({}).passthrough()),
        }),
    },
    action: async ({ input, credentials }) => {
      const person = asPerson(auth, credentials);
      const { limit = 20, ...filter } = input;
      const [{ items, totalItems }, environments] = await Promise.all([
        grants.list(
          parseInput(grantsQuery, { ...filter, limit: String(limit) }),
          person,
        ),
        entities.environments(person),
      ]);
      return {
        output: {
          totalItems,
          items: items.map(item => ({ ...item, path: grantPath(item.id) })),
          environments: environments.map(({ name, vault }) => ({
            name,
            vault: vault.status,
            observedAt: vault.observedAt,
          })),
        },
      };
    },
  });
}

function explainGrant({
  actionsRegistry,
  auth,
  grants,
}: SecretsActionsOptions) {
  actionsRegistry.register({
    name: 'explain-secret-grant',
    title: 'Explain a secret grant',
    description: `
Explains one grant: what it lets its subject do, in words and as the policy that Vault has, when it ends, what it waits for, whether it
was proven by a Job under the service account, what was changed by hand, and all that happened to it. No value of a secret is in it.
    `,
    attributes: ATTRIBUTES,
    schema: {
      input: z =>
        z.object({ id: z.string().describe('Of list-secret-grants') }),
      output: z => z.object({}).passthrough(),
    },
    action: async ({ input, credentials }) => {
      const { id } = parseInput(idParams, input);
      const {
        may: _,
        manifests: _manifests,
        ...grant
      } = await grants.get(id, asPerson(auth, credentials));
      return { output: { ...grant, path: grantPath(id) } };
    },
  });
}

function asPerson(
  auth: AuthService,
  credentials: BackstageCredentials,
): UserCredentials {
  if (!auth.isPrincipal(credentials, 'user')) {
    throw new NotAllowedError(
      'This acts in the name of a person who is signed in',
    );
  }
  return credentials;
}
