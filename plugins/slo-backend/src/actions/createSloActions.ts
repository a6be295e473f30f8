import {
  AuthService,
  BackstageCredentials,
  PermissionsService,
} from '@backstage/backend-plugin-api';
import { ActionsRegistryService } from '@backstage/backend-plugin-api/alpha';
import { NotAllowedError } from '@backstage/errors';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { parseInput } from '@shopfloor/plugin-requests-node';
import {
  SloDetail,
  sloHref,
  sloReleaseReadPermission,
  SloSummary,
} from '@shopfloor/plugin-slo-common';
import { ReleaseGateService } from '../gate/ReleaseGateService';
import { listQuery } from '../requests';
import { SloRequest, SloService } from '../service/SloService';

/** What {@link createSloActions} needs. */
export interface SloActionsOptions {
  actionsRegistry: ActionsRegistryService;
  auth: AuthService;
  permissions: PermissionsService;
  /** The guarded service: it says what a person may see. */
  service: SloService;
  gate: ReleaseGateService;
}

const ATTRIBUTES = { readOnly: true, destructive: false, idempotent: true };

/** Actions for AI clients: they read, as the person who is signed in, and see what that person sees. */
export function createSloActions(options: SloActionsOptions): void {
  listSlos(options);
  explainSlo(options);
  askGate(options);
}

function listSlos({ actionsRegistry, auth, service }: SloActionsOptions) {
  actionsRegistry.register({
    name: 'list-slos',
    title: 'List SLOs',
    description: `
Lists service level objectives (SLOs) with their state, the least budget first.

\`state\` is one of \`failing\` (the error budget is used up), \`at-risk\` (it burns too fast, or less than a tenth is left),
\`unknown\` (no events or never measured), \`stale\` (the figures are old) and \`ok\`. Neither \`unknown\` nor \`stale\` means that it is well.
\`budgetLeft\` is a share: 1 is untouched, 0 is used up, below 0 is overspent. Use \`explain-slo\` with an \`id\` for how figures come about.
    `,
    attributes: ATTRIBUTES,
    schema: {
      input: z =>
        z.object({
          entity: z
            .string()
            .optional()
            .describe(
              'Only of this entity, for example component:default/orders',
            ),
          owner: z
            .string()
            .optional()
            .describe(
              'Only of this owner, for example group:default/orders-team',
            ),
          environment: z
            .string()
            .optional()
            .describe('Only in this environment, for example production'),
          state: z
            .enum(['ok', 'at-risk', 'failing', 'unknown', 'stale'])
            .optional()
            .describe('Only in this state'),
          limit: z
            .number()
            .int()
            .min(1)
            .max(100)
            .optional()
            .describe('At most so many. Default 20.'),
          offset: z
            .number()
            .int()
            .min(0)
            .max(1_000_000)
            .optional()
            .describe('Skip so many. Default 0.'),
        }),
      output: z =>
        z.object({
          totalItems: z.number().describe('All that match'),
          items: z.array(z.object({}).passthrough()),
        }),
    },
    action: async ({ input, credentials }) => {
      const request = asPerson(auth, credentials);
      const { limit = 20, offset = 0, ...filter } = input;
      const { items, totalItems } = await service.list(
        parseInput(listQuery, {
          ...filter,
          limit: String(limit),
          offset: String(offset),
        }),
        request,
      );
      return { output: { totalItems, items: items.map(brief) } };
    },
  });
}

function explainSlo({ actionsRegistry, auth, service }: SloActionsOptions) {
  actionsRegistry.register({
    name: 'explain-slo',
    title: 'Explain an SLO',
    description: `
Explains one service level objective: objectives with what was counted, budget and burn rates, forecast, the PromQL queries behind the
figures, what the lint found (alerts that never fire, absent metrics), what is not evaluated and why, and how old the figures are.

Level = 1 - bad / total. Budget = (1 - target) x total. Budget left = 1 - bad / budget. Burn rate = bad / total / (1 - target).
    `,
    attributes: ATTRIBUTES,
    schema: {
      input: z =>
        z.object({
          id: z
            .string()
            .describe(
              'Of list-slos, for example component~default~orders~orders-availability~production',
            ),
        }),
      output: z => z.object({}).passthrough(),
    },
    action: async ({ input, credentials }) => ({
      output: explained(
        await service.get(input.id, asPerson(auth, credentials)),
      ),
    }),
  });
}

function askGate(options: SloActionsOptions) {
  const { actionsRegistry, auth, permissions, gate } = options;
  actionsRegistry.register({
    name: 'ask-release-gate',
    title: 'Ask the release gate',
    description: `
Says whether a service may be released to an environment now, and why: \`go\`, \`slow-down\` (smaller steps, with somebody watching),
\`freeze\` (only what makes it better) or \`unknown\`. Treat \`unknown\` as no go. It decides nothing and changes nothing.
    `,
    attributes: ATTRIBUTES,
    schema: {
      input: z =>
        z.object({
          entity: z
            .string()
            .describe(
              'Entity ref of the service, for example component:default/orders',
            ),
          environment: z.string().describe('For example production'),
        }),
      output: z => z.object({}).passthrough(),
    },
    action: async ({ input, credentials }) => {
      const request = asPerson(auth, credentials);
      const [decision] = await permissions.authorize(
        [{ permission: sloReleaseReadPermission }],
        request,
      );
      if (decision.result !== AuthorizeResult.ALLOW) {
        throw new NotAllowedError(
          `You may not ask the release gate: ${sloReleaseReadPermission.name} is not granted to you`,
        );
      }
      const { entity } = parseInput(listQuery, { entity: input.entity });
      return {
        output: {
          ...(await gate.ask(
            { entityRef: entity!, environment: input.environment },
            request,
          )),
        },
      };
    },
  });
}

/** @throws NotAllowedError for anything but a person: what is shown depends on who looks */
function asPerson(
  auth: AuthService,
  credentials: BackstageCredentials,
): SloRequest {
  if (!auth.isPrincipal(credentials, 'user')) {
    throw new NotAllowedError('SLOs are shown to people who are signed in');
  }
  return { credentials };
}

function brief(slo: SloSummary) {
  return {
    id: slo.id,
    name: slo.displayName ?? slo.name,
    entityRef: slo.entityRef,
    owner: slo.owner,
    environment: slo.environment,
    state: slo.state,
    lastState: slo.lastState,
    observedAt: slo.observedAt,
    failure: slo.failure?.message,
    path: sloHref(slo),
    objectives: slo.objectives.map(
      ({ target, serviceLevel, budgetLeft, burnRate, forecast }) => ({
        target,
        serviceLevel,
        budgetLeft,
        burnRate,
        forecast,
      }),
    ),
  };
}

function explained(slo: SloDetail) {
  return {
    ...brief(slo),
    description: slo.description,
    timeWindow: slo.timeWindow,
    budgetingMethod: slo.budgetingMethod,
    coverage: slo.coverage,
    notes: slo.notes,
    objectives: slo.objectives,
    explanation: slo.explanation,
    lint: slo.lint,
    unsupported: slo.unsupported,
    source: slo.source,
  };
}
