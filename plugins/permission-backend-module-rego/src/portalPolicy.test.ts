import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { mockServices } from '@backstage/backend-test-utils';
import { permissionRules } from '@backstage/plugin-catalog-backend/alpha';
import {
  catalogPermissions,
  RESOURCE_TYPE_CATALOG_ENTITY,
} from '@backstage/plugin-catalog-common/alpha';
import { kubernetesPermissions } from '@backstage/plugin-kubernetes-common';
import {
  AuthorizeResult,
  ConditionalPolicyDecision,
  Permission,
  PermissionCondition,
  PermissionCriteria,
  PolicyDecision,
} from '@backstage/plugin-permission-common';
import { RegoPermissionPolicy } from './RegoPermissionPolicy';
import { WasmPolicyEvaluator } from './WasmPolicyEvaluator';

const run = promisify(execFile);
const repository = resolve(__dirname, '../../..');
const policies = join(repository, 'platform/policies');

const people = {
  ada: person('ada.okafor', 'storefront-team'),
  ben: person('ben.lindqvist', 'merchandising-team'),
  chen: person('chen.wei', 'leadership'),
  dana: person('dana.nowak', 'security-team'),
  emil: person('emil.haddad', 'platform-team'),
};

/** The permissions that our plugins declare, found by the place where every plugin keeps them. */
async function ownPermissions(): Promise<Permission[]> {
  const plugins = await readdir(join(repository, 'plugins'));
  const lists = await Promise.all(
    plugins
      .filter(name => name.endsWith('-common'))
      .map(async name => {
        const folder = join(repository, 'plugins', name, 'src');
        if (!(await readdir(folder)).includes('permissions.ts')) return [];
        // eslint-disable-next-line @backstage/no-relative-monorepo-imports
        const exported = require(join(folder, 'permissions.ts'));
        return Object.values<Permission | Permission[] | string>(
          exported,
        ).flatMap(value => (typeof value === 'string' ? [] : value));
      }),
  );
  return [
    ...new Map(
      lists.flat().map(permission => [permission.name, permission]),
    ).values(),
  ];
}

function person(name: string, team: string) {
  const userEntityRef = `user:default/${name}`;
  return {
    credentials: {} as never,
    info: {
      userEntityRef,
      ownershipEntityRefs: [userEntityRef, `group:default/${team}`],
    },
  };
}

function conditionsOf(decision: PolicyDecision): PermissionCondition[] {
  if (decision.result !== AuthorizeResult.CONDITIONAL) return [];
  const flatten = (
    criteria: PermissionCriteria<PermissionCondition>,
  ): PermissionCondition[] => {
    if ('anyOf' in criteria) return criteria.anyOf.flatMap(flatten);
    if ('allOf' in criteria) return criteria.allOf.flatMap(flatten);
    if ('not' in criteria) return flatten(criteria.not);
    return [criteria];
  };
  return flatten(decision.conditions);
}

describe('the portal policy', () => {
  let policy: RegoPermissionPolicy;
  let known: Permission[];

  beforeAll(async () => {
    policy = await RegoPermissionPolicy.create({
      evaluator: await WasmPolicyEvaluator.fromFile({
        file: join(policies, 'generated/portal.wasm'),
        entrypoint: 'portal/decision',
      }),
      logger: mockServices.logger.mock(),
    });
    known = [
      ...catalogPermissions,
      ...kubernetesPermissions,
      ...(await ownPermissions()),
    ];
  });

  const decide = (name: string, who?: keyof typeof people) => {
    const permission = known.find(candidate => candidate.name === name);
    if (!permission) throw new Error(`No plugin declares ${name}`);
    return policy.handle({ permission }, who && people[who]);
  };

  it.each([
    'catalog.entity.read',
    'kubernetes.resources.read',
    'slo.objective.read',
    'status.system.read',
    'traffic.route.read',
  ])('lets everybody who is signed in have %s', async name => {
    for (const who of Object.keys(people) as Array<keyof typeof people>) {
      await expect(decide(name, who)).resolves.toEqual({
        result: AuthorizeResult.ALLOW,
      });
    }
    await expect(decide(name)).resolves.toEqual({
      result: AuthorizeResult.DENY,
    });
  });

  it('lets owners move the traffic of what they own', async () => {
    await expect(decide('traffic.route.update', 'ben')).resolves.toEqual({
      result: AuthorizeResult.CONDITIONAL,
      pluginId: 'catalog',
      resourceType: RESOURCE_TYPE_CATALOG_ENTITY,
      conditions: {
        anyOf: [
          {
            rule: 'IS_ENTITY_OWNER',
            resourceType: RESOURCE_TYPE_CATALOG_ENTITY,
            params: { claims: people.ben.info.ownershipEntityRefs },
          },
        ],
      },
    });
  });

  it('lets the platform team move the traffic of everything', async () => {
    await expect(decide('traffic.route.update', 'emil')).resolves.toEqual({
      result: AuthorizeResult.ALLOW,
    });
  });

  it('lets only the platform team register and remove what the catalog holds', async () => {
    for (const name of [
      'catalog.location.create',
      'catalog.location.delete',
      'catalog.entity.delete',
    ]) {
      await expect(decide(name, 'emil')).resolves.toEqual({
        result: AuthorizeResult.ALLOW,
      });
      await expect(decide(name, 'ben')).resolves.toEqual({
        result: AuthorizeResult.DENY,
      });
    }
  });

  it('denies a permission that it does not know, even to the platform team', async () => {
    await expect(
      policy.handle(
        {
          permission: {
            type: 'basic',
            name: 'something.new',
            attributes: {},
          },
        },
        people.emil,
      ),
    ).resolves.toEqual({ result: AuthorizeResult.DENY });
  });

  it('gives every permission that a plugin declares to somebody', async () => {
    const decisions = await Promise.all(
      known.flatMap(permission =>
        Object.values(people).map(async user => ({
          name: permission.name,
          ...(await policy.handle({ permission }, user)),
        })),
      ),
    );
    const given = new Set(
      decisions
        .filter(({ result }) => result !== AuthorizeResult.DENY)
        .map(({ name }) => name),
    );
    const forgotten = known
      .map(({ name }) => name)
      .filter(name => !given.has(name));
    expect(forgotten).toEqual([]);
  });

  it('names no permission that no plugin declares', async () => {
    const source = await readFile(join(policies, 'portal/grants.rego'), 'utf8');
    const named = [...source.matchAll(/"([a-z]+\.[a-z.]+)"/g)].map(
      ([, name]) => name,
    );
    expect(named.length).toBeGreaterThan(0);
    expect(
      named.filter(name => !known.some(permission => permission.name === name)),
    ).toEqual([]);
  });

  it('gives only conditions that the plugin of the resource has, with parameters it takes', async () => {
    let checked = 0;
    const rulesOf: Record<string, object> = {
      catalog: permissionRules,
      // eslint-disable-next-line @backstage/no-relative-monorepo-imports
      approvals: require(
        join(repository, 'plugins/approvals-backend/src/access/approvalRules'),
      ).approvalRequestRules,
      // eslint-disable-next-line @backstage/no-relative-monorepo-imports
      secrets: require(
        join(repository, 'plugins/secrets-backend/src/access/grantRules'),
      ).grantRules,
    };
    for (const permission of known) {
      for (const user of Object.values(people)) {
        const decision = await policy.handle({ permission }, user);
        for (const condition of conditionsOf(decision)) {
          const { pluginId } = decision as ConditionalPolicyDecision;
          const rule = Object.values<(typeof permissionRules)['isEntityOwner']>(
            rulesOf[pluginId] as never,
          ).find(({ name }) => name === condition.rule);
          expect(rule).toBeDefined();
          expect(rule!.resourceType).toBe(condition.resourceType);
          const checkedParams = await rule!.paramsSchema!['~standard'].validate(
            condition.params,
          );
          expect(checkedParams.issues).toBeUndefined();
          checked += 1;
        }
      }
    }
    expect(checked).toBeGreaterThan(0);
  });

  describe('as compiled and committed', () => {
    function opa(): string {
      const tools = process.env.SHOPFLOOR_TEST_TOOLS;
      if (!tools) {
        throw new Error(
          'SHOPFLOOR_TEST_TOOLS is not set; it names the folder that holds opa',
        );
      }
      return join(tools, 'opa');
    }

    it('is what its sources compile to', async () => {
      const out = await mkdtemp(join(tmpdir(), 'shopfloor-policy-test-'));
      try {
        await run(process.execPath, [
          join(policies, 'build.mts'),
          `--opa=${opa()}`,
          `--out=${out}`,
        ]);
        const [built, committed] = await Promise.all(
          [out, join(policies, 'generated')].map(folder =>
            readFile(join(folder, 'portal.wasm')),
          ),
        );
        expect(built.equals(committed)).toBe(true);
      } finally {
        await rm(out, { recursive: true, force: true });
      }
    });

    it('passes its own tests in Rego', async () => {
      const folder = join(policies, 'portal');
      await run(opa(), ['check', '--strict', folder]);
      const { stdout } = await run(opa(), ['test', '--format=json', folder]);
      const results: Array<{ name: string; fail?: boolean }> =
        JSON.parse(stdout);
      expect(results.length).toBeGreaterThan(0);
      expect(results.filter(({ fail }) => fail)).toEqual([]);
    });
  });
});
