import {
  createPermissionResourceRef,
  createPermissionRule,
} from '@backstage/plugin-permission-node';
import { RESOURCE_TYPE_SCORECARD } from '@shopfloor/plugin-scorecards-common';
import { z } from 'zod';
import { lower } from '@shopfloor/plugin-entity-access-node';
import { GradeQuery } from './criteria';

/** A scorecard as a resource of permissions. */
export interface ScorecardResource {
  name: string;
  /** Lower case. */
  owner: string;
}

/** Scorecards as a resource of permissions. */
export const scorecardResourceRef = createPermissionResourceRef<
  ScorecardResource,
  GradeQuery
>().with({ pluginId: 'scorecards', resourceType: RESOURCE_TYPE_SCORECARD });

const isScorecard = createPermissionRule({
  name: 'IS_SCORECARD',
  description: 'Allow these scorecards',
  resourceRef: scorecardResourceRef,
  paramsSchema: z.object({
    scorecards: z.array(z.string()).describe('Names of scorecards'),
  }) as never,
  apply: ({ name }: ScorecardResource, params: { scorecards: string[] }) =>
    params.scorecards.includes(name),
  toQuery: (params: { scorecards: string[] }) => ({
    scorecards: params.scorecards,
  }),
} as never);

const isScorecardOwner = createPermissionRule({
  name: 'IS_SCORECARD_OWNER',
  description: 'Allow scorecards that one of the claims owns',
  resourceRef: scorecardResourceRef,
  paramsSchema: z.object({
    claims: z.array(z.string()).describe('Entity refs of users and groups'),
  }) as never,
  apply: ({ owner }: ScorecardResource, params: { claims: string[] }) =>
    params.claims.map(lower).includes(owner),
  toQuery: (params: { claims: string[] }) => ({
    scorecardOwners: params.claims.map(lower),
  }),
} as never);

/** Conditions that a policy may put on scorecards. */
export const scorecardRules = [isScorecard, isScorecardOwner] as never[];
