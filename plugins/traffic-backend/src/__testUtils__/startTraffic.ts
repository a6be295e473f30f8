import {
  PermissionsService,
  coreServices,
  createServiceFactory,
} from '@backstage/backend-plugin-api';
import { mockServices, startTestBackend } from '@backstage/backend-test-utils';
import { Entity } from '@backstage/catalog-model';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { Knex } from 'knex';
import { releaseGateServiceRef } from '@shopfloor/plugin-slo-node';
import { ReleaseGate } from '@shopfloor/plugin-slo-common';
import trafficPlugin from '..';
import { TestCluster } from './TestCluster';

/** Sample people and what they own; nobody else is known. */
const people: Record<string, { email?: string; groups: string[] }> = {
  'ada.okafor': {
    email: 'ada.okafor@larkfield.example',
    groups: ['storefront-team'],
  },
  'ben.lindqvist': {
    email: 'ben.lindqvist@larkfield.example',
    groups: ['merchandising-team', 'book-club'],
  },
  // May change everything by the portal's policy, but Kubernetes does not know the group.
  'emil.haddad': {
    email: 'emil.haddad@larkfield.example',
    groups: ['platform-team', 'merchandising-team-admins'],
  },
  nameless: { groups: ['merchandising-team'] },
};

export const products: Entity = {
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: {
    name: 'products',
    annotations: { 'backstage.io/kubernetes-id': 'products' },
  },
  spec: { type: 'service', owner: 'merchandising-team' },
  relations: [
    { type: 'ownedBy', targetRef: 'group:default/merchandising-team' },
  ],
};

export interface StartTrafficOptions {
  knex: Knex;
  cluster: TestCluster;
  /** Where the plugin finds the API server. */
  kubernetesUrl: string;
  prometheusUrl: string;
  auditor?: ReturnType<typeof mockServices.auditor.mock>;
  config?: object;
  /** Of `permission.enabled`; default true. */
  permissionsEnabled?: boolean;
}

/** The sample company's policy in miniature: everybody sees, everybody but Ada changes. */
const policy = {
  authorize: async (requests, { credentials }) => {
    const { userEntityRef } = (
      credentials as unknown as { principal: { userEntityRef: string } }
    ).principal;
    const changes = !userEntityRef.endsWith('ada.okafor');
    return requests.map(({ permission }) => ({
      result:
        permission.name === 'traffic.route.read' || changes
          ? AuthorizeResult.ALLOW
          : AuthorizeResult.DENY,
    }));
  },
  authorizeConditional: async () => {
    throw new Error('not asked for');
  },
} satisfies PermissionsService;

/** The plugin with real PostgreSQL and a real API server; catalog and policy are the sample company's in miniature. */
export function startTraffic(options: StartTrafficOptions) {
  const { knex, cluster, auditor } = options;
  const environment = {
    cluster: 'test',
    prometheus: { url: options.prometheusUrl },
    namespace: cluster.namespace,
  };
  const data = {
    permission: { enabled: options.permissionsEnabled ?? true },
    shopfloor: {
      clusters: [
        { name: 'test', url: options.kubernetesUrl, caData: cluster.caData },
      ],
      environments: [
        {
          ...environment,
          name: 'production',
          title: 'Production',
          production: true,
        },
        { ...environment, name: 'frozen' },
        { ...environment, name: 'empty', namespace: 'default' },
      ],
    },
    traffic: {
      clusters: [{ name: 'test', token: cluster.trafficToken }],
      environments: [{ name: 'production' }, { name: 'empty' }],
      yieldingManagers: ['yielding-deployer'],
      impersonation: {
        groups: ['storefront-team', 'merchandising-team'],
      },
      ...options.config,
    },
  };
  return startTestBackend({
    features: [
      trafficPlugin,
      mockServices.rootConfig.factory({ data }),
      mockServices.database.factory({ knex }),
      ...(auditor ? [auditor.factory] : []),
      catalogServiceMock.factory({
        entities: [
          products,
          { ...products, metadata: { name: 'unmapped' } },
          ...Object.entries(people).map(([name, { email }]) => ({
            apiVersion: 'backstage.io/v1alpha1',
            kind: 'User',
            metadata: { name },
            spec: { profile: email ? { email } : {} },
          })),
        ],
      }),
      createServiceFactory({
        service: releaseGateServiceRef,
        deps: {},
        factory: () => ({
          ask: async () =>
            ({
              decision: 'go',
              reasons: [],
              decidedAt: new Date().toISOString(),
            }) as unknown as ReleaseGate,
        }),
      }),
      mockServices.userInfo.mock({
        getUserInfo: async credentials => {
          const { userEntityRef } = (
            credentials as { principal: { userEntityRef: string } }
          ).principal;
          const { groups } = people[userEntityRef.split('/')[1]];
          return {
            userEntityRef,
            ownershipEntityRefs: [
              userEntityRef,
              ...groups.map(group => `group:default/${group}`),
            ],
          };
        },
      }).factory,
      createServiceFactory({
        service: coreServices.permissions,
        deps: {},
        factory: () => policy,
      }),
    ],
  });
}
