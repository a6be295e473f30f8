import {
  createPermissionResourceRef,
  createPermissionRule,
} from '@backstage/plugin-permission-node';
import { RESOURCE_TYPE_SECRET_GRANT } from '@shopfloor/plugin-secrets-common';
import { z } from 'zod';

/** A grant, or one that is asked for, as a resource of permissions. Entity refs are in lower case. */
export interface GrantResource {
  environment: string;
  subjectOwners: string[];
  secretOwners: string[];
}

/** What a condition asks of a grant; one of them is there. */
export interface GrantQuery {
  subjectOwners?: string[];
  secretOwners?: string[];
  environments?: string[];
}

/** Grants as a resource of permissions. */
export const grantResourceRef = createPermissionResourceRef<
  GrantResource,
  GrantQuery
>().with({ pluginId: 'secrets', resourceType: RESOURCE_TYPE_SECRET_GRANT });

const lowerAll = (refs: string[]) =>
  refs.map(ref => ref.toLocaleLowerCase('en-US'));

const claims = {
  paramsSchema: z.object({
    claims: z.array(z.string()).describe('Entity refs of users and groups'),
  }) as never,
  resourceRef: grantResourceRef,
};

const isOwnerOfSubject = createPermissionRule({
  ...claims,
  name: 'IS_OWNER_OF_SUBJECT',
  description:
    'Allow grants of services that one of the claims owns, and of the person',
  apply: ({ subjectOwners }: GrantResource, params: { claims: string[] }) =>
    lowerAll(params.claims).some(claim => subjectOwners.includes(claim)),
  toQuery: (params: { claims: string[] }) => ({
    subjectOwners: lowerAll(params.claims),
  }),
} as never);

const isOwnerOfSecret = createPermissionRule({
  ...claims,
  name: 'IS_OWNER_OF_SECRET',
  description:
    'Allow grants on secrets of services that one of the claims owns',
  apply: ({ secretOwners }: GrantResource, params: { claims: string[] }) =>
    lowerAll(params.claims).some(claim => secretOwners.includes(claim)),
  toQuery: (params: { claims: string[] }) => ({
    secretOwners: lowerAll(params.claims),
  }),
} as never);

const inEnvironment = createPermissionRule({
  name: 'IN_ENVIRONMENT',
  description: 'Allow grants in these environments',
  resourceRef: grantResourceRef,
  paramsSchema: z.object({
    environments: z.array(z.string()).describe('Names of environments'),
  }) as never,
  apply: ({ environment }: GrantResource, params: { environments: string[] }) =>
    params.environments.includes(environment),
  toQuery: (params: { environments: string[] }) => ({
    environments: params.environments,
  }),
} as never);

/** Conditions that a policy may put on grants. */
export const grantRules = [
  isOwnerOfSubject,
  isOwnerOfSecret,
  inEnvironment,
] as never[];
