import {
  AuthService,
  BackstageCredentials,
} from '@backstage/backend-plugin-api';
import { ActionsRegistryService } from '@backstage/backend-plugin-api/alpha';
import { NotAllowedError } from '@backstage/errors';
import { parseInput } from '@shopfloor/plugin-requests-node';
import { GRADE_STATES } from '@shopfloor/plugin-scorecards-common';
import { UserCredentials } from '../access/GradeAccess';
import { gradeQuery, gradesQuery } from '../requests';
import { ScorecardReader } from '../service/ScorecardReader';

const ATTRIBUTES = { readOnly: true, destructive: false, idempotent: true };
const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 200;

/** What {@link registerScorecardsActions} needs. */
export interface ScorecardsActionsOptions {
  actionsRegistry: ActionsRegistryService;
  auth: AuthService;
  reader: ScorecardReader;
}

/** Registers what AI clients may read of scorecards, as the person whom they act for. */
export function registerScorecardsActions(
  options: ScorecardsActionsOptions,
): void {
  const { actionsRegistry, auth, reader } = options;

  actionsRegistry.register({
    name: 'list-scorecards',
    title: 'List scorecards',
    description: `
Lists the scorecards that the signed-in person may see: levels with what each asks, weights and thresholds, and how all services stand
(\`tally\`). A draft grades silently.
`,
    attributes: ATTRIBUTES,
    schema: {
      input: z => z.object({}),
      output: z => z.object({ items: z.array(z.object({}).passthrough()) }),
    },
    action: async ({ credentials }) => {
      const { items } = await reader.listScorecards(
        personOf(auth, credentials),
      );
      return {
        output: { items: items as object[] as Array<Record<string, unknown>> },
      };
    },
  });

  actionsRegistry.register({
    name: 'list-scores',
    title: 'List scores of services',
    description: `
Lists the grades of services on scorecards, worst first, as the signed-in person may see them. \`figures\`: \`passed\` of \`asked\` is the
score in weights, \`unseen\` is asked and not known, \`rank\` is the level that is reached (0 is none), \`state\` is one of
${GRADE_STATES.join(', ')}. What is unknown or stale never counts as passed.
`,
    attributes: ATTRIBUTES,
    schema: {
      input: z =>
        z.object({
          scorecard: z
            .string()
            .optional()
            .describe('Name of a scorecard, for example production-readiness'),
          entity: z
            .string()
            .optional()
            .describe('Entity ref, for example component:default/orders'),
          team: z
            .string()
            .optional()
            .describe('Entity ref of a group; teams below it count too'),
          system: z.string().optional().describe('Entity ref of a system'),
          state: z.enum(GRADE_STATES).optional().describe('Only these'),
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
          states: z.record(z.number()).describe('How many are in which state'),
          items: z.array(z.object({}).passthrough()),
        }),
    },
    examples: [
      {
        title: 'The worst services in production readiness',
        input: { scorecard: 'production-readiness', limit: 5 },
      },
    ],
    action: async ({ input, credentials }) => {
      const { limit = DEFAULT_LIMIT, offset = 0, ...filter } = input;
      const query = parseInput(gradesQuery, filter);
      const { totalItems, states, items } = await reader.listGrades(
        { ...query, limit, offset },
        personOf(auth, credentials),
      );
      return {
        output: {
          totalItems,
          states,
          items: items as object[] as Array<Record<string, unknown>>,
        },
      };
    },
  });

  actionsRegistry.register({
    name: 'explain-score',
    title: 'Explain the score of a service',
    description: `
Explains the grade of one service on one scorecard, as the signed-in person may see it: the levels, which checks pass, fail or are not
known, what is waived, and how the grade moved. For why one check fails and how to fix it, use explain-check of the plugin checks.
`,
    attributes: ATTRIBUTES,
    schema: {
      input: z =>
        z.object({
          scorecard: z
            .string()
            .describe('Name of the scorecard, for example security'),
          entityRef: z
            .string()
            .describe('Entity ref, for example component:default/orders'),
        }),
      output: z => z.object({ grade: z.object({}).passthrough() }),
    },
    examples: [
      {
        title: 'The security of orders',
        input: { scorecard: 'security', entityRef: 'component:default/orders' },
      },
    ],
    action: async ({ input, credentials }) => {
      const grade = await reader.getGrade(
        parseInput(gradeQuery, input),
        personOf(auth, credentials),
      );
      return {
        output: { grade: grade as object as Record<string, unknown> },
      };
    },
  });
}

function personOf(
  auth: AuthService,
  credentials: BackstageCredentials,
): UserCredentials {
  if (!auth.isPrincipal(credentials, 'user')) {
    throw new NotAllowedError('Scorecards are read by people');
  }
  return credentials;
}
