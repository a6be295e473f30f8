import {
  createPermissionResourceRef,
  createPermissionRule,
} from '@backstage/plugin-permission-node';
import { RESOURCE_TYPE_APPROVAL_REQUEST } from '@shopfloor/plugin-approvals-common';
import { z } from 'zod';
import { RequestQuery } from './criteria';

/** A request as a resource of permissions. */
export interface RequestResource {
  /** Entity refs that have to do with it, delegates among them; lower case. */
  participants: string[];
}

/** Requests as a resource of permissions. */
export const approvalRequestResourceRef = createPermissionResourceRef<
  RequestResource,
  RequestQuery
>().with({
  pluginId: 'approvals',
  resourceType: RESOURCE_TYPE_APPROVAL_REQUEST,
});

const lowerAll = (refs: string[]) =>
  refs.map(ref => ref.toLocaleLowerCase('en-US'));

const isParticipant = createPermissionRule({
  name: 'IS_PARTICIPANT',
  description:
    'Allow requests that one of the claims asked for, decides, reviews or may stand in for',
  resourceRef: approvalRequestResourceRef,
  paramsSchema: z.object({
    claims: z.array(z.string()).describe('Entity refs of users and groups'),
  }) as never,
  apply: ({ participants }: RequestResource, params: { claims: string[] }) =>
    lowerAll(params.claims).some(claim => participants.includes(claim)),
  toQuery: (params: { claims: string[] }) => ({
    participants: lowerAll(params.claims),
  }),
} as never);

/** Conditions that a policy may put on requests. */
export const approvalRequestRules = [isParticipant] as never[];
