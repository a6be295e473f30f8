import { mockServices } from '@backstage/backend-test-utils';
import {
  AuthorizeResult,
  Permission,
} from '@backstage/plugin-permission-common';
import { PolicyEvaluator } from './PolicyEvaluator';
import { RegoPermissionPolicy } from './RegoPermissionPolicy';

const basic: Permission = { type: 'basic', name: 'a.read', attributes: {} };
const onEntity: Permission = {
  type: 'resource',
  name: 'a.update',
  attributes: {},
  resourceType: 'catalog-entity',
};
const condition = { rule: 'IS_ENTITY_OWNER', resourceType: 'catalog-entity' };
const conditional = {
  result: 'CONDITIONAL',
  pluginId: 'catalog',
  resourceType: 'catalog-entity',
  conditions: { anyOf: [condition] },
};

/** Denies the first question, which `create` asks, and then gives what it is told to. */
async function policyThatAnswers(answer: () => unknown) {
  const logger = mockServices.logger.mock();
  let asked = 0;
  const evaluator: PolicyEvaluator = {
    evaluate: async () => {
      asked += 1;
      return asked === 1 ? [{ result: { result: 'DENY' } }] : answer();
    },
  };
  return {
    logger,
    policy: await RegoPermissionPolicy.create({ evaluator, logger }),
  };
}

describe('RegoPermissionPolicy', () => {
  it.each<[string, Permission, unknown]>([
    ['undefined', basic, []],
    [
      'several',
      basic,
      [{ result: { result: 'ALLOW' } }, { result: { result: 'ALLOW' } }],
    ],
    ['no list', basic, { result: 'ALLOW' }],
    ['nothing', basic, undefined],
    ['a bare boolean', basic, [{ result: true }]],
    ['an unknown result', basic, [{ result: { result: 'MAYBE' } }]],
    ['more than a result', basic, [{ result: { result: 'ALLOW', why: 'x' } }]],
    ['conditions without a resource', basic, [{ result: conditional }]],
    [
      'conditions that are empty',
      onEntity,
      [{ result: { ...conditional, conditions: { anyOf: [] } } }],
    ],
    [
      'conditions that are malformed',
      onEntity,
      [{ result: { ...conditional, conditions: { rule: 1 } } }],
    ],
    [
      'conditions without a plugin',
      onEntity,
      [{ result: { ...conditional, pluginId: undefined } }],
    ],
    [
      'conditions on another resource',
      onEntity,
      [{ result: { ...conditional, resourceType: 'other' } }],
    ],
    [
      'a condition on another resource inside',
      onEntity,
      [
        {
          result: {
            ...conditional,
            conditions: { not: { ...condition, resourceType: 'other' } },
          },
        },
      ],
    ],
  ])(
    'denies and logs when the policy gives %s',
    async (_, permission, answer) => {
      const { policy, logger } = await policyThatAnswers(() => answer);
      await expect(policy.handle({ permission })).resolves.toEqual({
        result: AuthorizeResult.DENY,
      });
      expect(logger.error).toHaveBeenCalledTimes(1);
    },
  );

  it('denies when the policy cannot be evaluated', async () => {
    const { policy } = await policyThatAnswers(() => {
      throw new Error('aborted');
    });
    await expect(policy.handle({ permission: basic })).resolves.toEqual({
      result: AuthorizeResult.DENY,
    });
  });

  it('passes on what is allowed and what is conditional', async () => {
    const allows = await policyThatAnswers(() => [
      { result: { result: 'ALLOW' } },
    ]);
    await expect(allows.policy.handle({ permission: basic })).resolves.toEqual({
      result: AuthorizeResult.ALLOW,
    });
    const asks = await policyThatAnswers(() => [{ result: conditional }]);
    await expect(asks.policy.handle({ permission: onEntity })).resolves.toEqual(
      conditional,
    );
  });

  it('is not created from a policy that allows everything', async () => {
    await expect(
      RegoPermissionPolicy.create({
        evaluator: {
          evaluate: async () => [{ result: { result: 'ALLOW' } }],
        },
        logger: mockServices.logger.mock(),
      }),
    ).rejects.toThrow('must deny by default');
  });
});
