import {
  AuthService,
  BackstageCredentials,
  BackstageUserPrincipal,
} from '@backstage/backend-plugin-api';
import { ActionsRegistryService } from '@backstage/backend-plugin-api/alpha';
import { NotAllowedError } from '@backstage/errors';
import { CHECK_OUTCOMES } from '@shopfloor/plugin-checks-common';
import { parseInput } from '@shopfloor/plugin-requests-node';
import { listQuery, resultQuery } from '../requests';
import { ChecksService } from '../service/ChecksService';

const ATTRIBUTES = { readOnly: true, destructive: false, idempotent: true };
const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 200;
const HISTORY = 20;

/** What {@link registerChecksActions} needs. */
export interface ChecksActionsOptions {
  actionsRegistry: ActionsRegistryService;
  auth: AuthService;
  service: ChecksService;
}

/** Registers what AI clients may read of checks, as the person whom they act for. */
export function registerChecksActions(options: ChecksActionsOptions): void {
  const { actionsRegistry, auth, service } = options;

  actionsRegistry.register({
    name: 'list-check-results',
    title: 'List results of checks',
    description: `
Lists how checks came out for entities of the catalog, as the signed-in person may see them.

A check asks something of an entity (for example "Is there a readiness probe?") and answers from evidence. Outcomes:
- \`pass\`, \`fail\`: the rule said so, on fresh evidence
- \`unknown\`: it could not be known; \`words\` says why. Never treat it as passed
- \`stale\`: the evidence is too old to count; \`lastOutcome\` says what it was
- \`not-applicable\`: the check is not about this entity

\`outcomes\` counts all that match, whatever the limit. Use explain-check for why a check failed and how to fix it.
`,
    attributes: ATTRIBUTES,
    schema: {
      input: z =>
        z.object({
          entity: z
            .string()
            .optional()
            .describe('Entity ref, for example component:default/orders'),
          owner: z
            .string()
            .optional()
            .describe('Entity ref of the owner, for example group:default/a'),
          outcome: z
            .enum(CHECK_OUTCOMES)
            .optional()
            .describe('Only those that came out so'),
          check: z.string().optional().describe('Name of one check'),
          limit: z
            .number()
            .int()
            .min(1)
            .max(MAX_LIMIT)
            .optional()
            .describe(`At most ${MAX_LIMIT}; default ${DEFAULT_LIMIT}`),
          offset: z
            .number()
            .int()
            .min(0)
            .max(1_000_000)
            .optional()
            .describe('How many to skip; default 0'),
        }),
      output: z =>
        z.object({
          totalItems: z.number(),
          outcomes: z.record(z.number()).describe('How many came out how'),
          items: z.array(z.object({}).passthrough()),
        }),
    },
    examples: [
      {
        title: 'What fails of orders',
        input: { entity: 'component:default/orders', outcome: 'fail' },
      },
    ],
    action: async ({ input, credentials }) => {
      const who = { credentials: personOf(auth, credentials) };
      const { limit = DEFAULT_LIMIT, offset = 0, ...filter } = input;
      const query = parseInput(listQuery, filter);
      const list = await service.listResults({ ...query, limit, offset }, who);
      return {
        output: {
          totalItems: list.totalItems,
          outcomes: list.outcomes,
          items: list.items.map(
            ({ evidenceIds: _, ...item }) => item as Record<string, unknown>,
          ),
        },
      };
    },
  });

  actionsRegistry.register({
    name: 'explain-check',
    title: 'Explain the result of a check',
    description: `
Explains why one check came out as it did for one entity, as the signed-in person may see it: what was found, the evidence with where
and when it was seen, why the check matters, how to fix it (\`definition.fix\`), the rule itself, and how it came out before.
`,
    attributes: ATTRIBUTES,
    schema: {
      input: z =>
        z.object({
          entityRef: z
            .string()
            .describe('Entity ref, for example component:default/orders'),
          check: z
            .string()
            .describe('Name of the check, for example readiness-probe'),
        }),
      output: z =>
        z.object({
          result: z.object({}).passthrough(),
          history: z.array(z.object({}).passthrough()),
        }),
    },
    examples: [
      {
        title: 'Why orders has no autoscaling',
        input: { entityRef: 'component:default/orders', check: 'autoscaling' },
      },
    ],
    action: async ({ input, credentials }) => {
      const who = { credentials: personOf(auth, credentials) };
      const name = parseInput(resultQuery, input);
      const [result, history] = await Promise.all([
        service.getResult(name, who),
        service.history({ ...name, limit: HISTORY }, who),
      ]);
      return {
        output: {
          result: result as object as Record<string, unknown>,
          history: history.items as object[] as Array<Record<string, unknown>>,
        },
      };
    },
  });
}

function personOf(
  auth: AuthService,
  credentials: BackstageCredentials,
): BackstageCredentials<BackstageUserPrincipal> {
  if (!auth.isPrincipal(credentials, 'user')) {
    throw new NotAllowedError('Checks are read by people');
  }
  return credentials;
}
