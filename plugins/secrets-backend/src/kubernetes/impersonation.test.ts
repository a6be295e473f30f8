import { readFileSync } from 'fs';
import { join } from 'path';
import { parseAllDocuments } from 'yaml';
import { TestCluster } from '../__testUtils__/TestCluster';

jest.setTimeout(180_000);

const traffic = parseAllDocuments(
  readFileSync(
    join(__dirname, '../../../../platform/identity/rbac/traffic.yaml'),
    'utf8',
  ),
)[0].toJS();
const [people, groups]: string[][] = traffic.rules.map(
  (rule: { resourceNames: string[] }) => rule.resourceNames,
);

/**
 * Vault believes what the cluster says of a service account's token. So nobody whom the portal can be in the cluster may get one, or run
 * something that has one.
 */
describe('through the cluster, the portal gets no identity of a service', () => {
  let cluster: TestCluster;

  beforeAll(async () => {
    cluster = await TestCluster.start();
  });
  afterAll(() => cluster?.stop());

  const ways: Array<{
    verb: string;
    group?: string;
    resource: string;
    subresource?: string;
  }> = [
    { verb: 'create', resource: 'serviceaccounts', subresource: 'token' },
    { verb: 'create', resource: 'serviceaccounts' },
    { verb: 'create', resource: 'pods' },
    { verb: 'create', resource: 'pods', subresource: 'exec' },
    { verb: 'get', resource: 'pods', subresource: 'exec' },
    { verb: 'create', resource: 'pods', subresource: 'attach' },
    { verb: 'create', resource: 'pods', subresource: 'portforward' },
    { verb: 'update', resource: 'pods', subresource: 'ephemeralcontainers' },
    { verb: 'get', resource: 'secrets' },
    { verb: 'list', resource: 'secrets' },
    { verb: 'create', group: 'apps', resource: 'deployments' },
    { verb: 'patch', group: 'apps', resource: 'deployments' },
    { verb: 'create', group: 'batch', resource: 'cronjobs' },
    {
      verb: 'create',
      group: 'rbac.authorization.k8s.io',
      resource: 'rolebindings',
    },
    { verb: 'escalate', group: 'rbac.authorization.k8s.io', resource: 'roles' },
    {
      verb: 'create',
      group: 'authentication.k8s.io',
      resource: 'tokenreviews',
    },
    { verb: 'update', resource: 'configmaps' },
    {
      verb: 'update',
      group: 'admissionregistration.k8s.io',
      resource: 'validatingadmissionpolicies',
    },
    {
      verb: 'delete',
      group: 'admissionregistration.k8s.io',
      resource: 'validatingadmissionpolicybindings',
    },
  ];

  it.each(ways)(
    'by any person with every group, nor by its accounts: %j',
    async way => {
      for (const namespace of ['production', 'kube-system']) {
        for (const user of [
          ...people.map(name => ({ name, groups })),
          { name: 'shopfloor-traffic' },
          { name: 'shopfloor-reader' },
          { name: 'shopfloor-secrets' },
        ]) {
          expect([
            user.name,
            await cluster.allows({ ...user, ...way, namespace }),
          ]).toEqual([user.name, false]);
        }
      }
    },
  );

  it('by Jobs of anybody but the account that proves, and of that in the namespaces of services only', async () => {
    const job = { verb: 'create', group: 'batch', resource: 'jobs' };
    for (const name of [...people, 'shopfloor-traffic', 'shopfloor-reader']) {
      expect(
        await cluster.allows({ name, groups, ...job, namespace: 'production' }),
      ).toBe(false);
    }
    const name = 'shopfloor-secrets';
    expect(
      await cluster.allows({ name, ...job, namespace: 'production' }),
    ).toBe(true);
    for (const namespace of ['kube-system', 'istio-system', undefined]) {
      expect(await cluster.allows({ name, ...job, namespace })).toBe(false);
    }
  });

  it.each([
    ['users', 'system:admin'],
    ['users', 'system:serviceaccount:production:orders'],
    ['users', 'shopfloor-admin'],
    ['users', 'shopfloor-secrets'],
    ['groups', 'system:masters'],
    ['groups', 'system:serviceaccounts'],
    ['groups', 'system:authenticated'],
    ['serviceaccounts', 'orders'],
    ['uids', '1'],
  ])('by acting as one of the %s %s', async (resource, object) => {
    const accounts = [
      'shopfloor-traffic',
      'shopfloor-reader',
      'shopfloor-secrets',
    ];
    for (const name of accounts) {
      for (const namespace of ['production', undefined]) {
        for (const group of ['', 'authentication.k8s.io']) {
          const verb = 'impersonate';
          const asked = { name, verb, group, resource, object, namespace };
          expect([name, await cluster.allows(asked)]).toEqual([name, false]);
        }
      }
    }
  });

  it('though the traffic account may act as people, which is what it is for', async () => {
    expect(
      await cluster.allows({
        name: 'shopfloor-traffic',
        verb: 'impersonate',
        resource: 'users',
        object: people[0],
      }),
    ).toBe(true);
  });
});
