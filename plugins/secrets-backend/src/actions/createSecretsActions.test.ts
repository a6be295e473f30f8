import { mockCredentials, mockServices } from '@backstage/backend-test-utils';
import { actionsRegistryServiceMock } from '@backstage/backend-test-utils/alpha';
import { createSecretsActions } from './createSecretsActions';

const ID = '6f1c1d3a-7f2e-4a55-8c0e-0f6f3f1f5a10';

function register() {
  const actionsRegistry = actionsRegistryServiceMock();
  const grants = {
    list: jest.fn(async () => ({
      items: [{ id: ID, state: 'active' }],
      totalItems: 1,
      counts: {},
    })),
    get: jest.fn(async () => ({
      id: ID,
      state: 'active',
      history: [],
      manifests: [{ name: 'x', text: 'y' }],
      may: { revoke: true },
    })),
  };
  createSecretsActions({
    actionsRegistry,
    auth: mockServices.auth(),
    entities: {
      environments: async () =>
        [
          {
            name: 'production',
            vault: { status: 'sealed', observedAt: 'then' },
          },
        ] as never,
    },
    grants: grants as never,
  });
  const invoke = (
    name: string,
    input: object,
    credentials: any = mockCredentials.user('user:default/farid'),
  ) =>
    actionsRegistry.invoke({
      id: `test:${name}`,
      input: input as never,
      credentials,
    });
  return { actionsRegistry, grants, invoke };
}

describe('actions of secrets', () => {
  it('read only, and say so', async () => {
    const { actions } = await register().actionsRegistry.list();
    expect(actions.map(({ name }) => name).sort()).toEqual([
      'explain-secret-grant',
      'list-secret-grants',
    ]);
    for (const { attributes } of actions) {
      expect(attributes).toEqual({
        readOnly: true,
        destructive: false,
        idempotent: true,
      });
    }
  });

  it('list what the person may see, and how Vault does', async () => {
    const { grants, invoke } = register();
    const { output } = await invoke('list-secret-grants', {
      service: 'orders',
      state: 'active',
    });
    expect(grants.list).toHaveBeenCalledWith(
      { service: 'component:default/orders', state: ['active'], limit: 20 },
      expect.objectContaining({
        principal: expect.objectContaining({
          userEntityRef: 'user:default/farid',
        }),
      }),
    );
    expect(output).toEqual({
      totalItems: 1,
      items: [{ id: ID, state: 'active', path: `/secrets/grants/${ID}` }],
      environments: [
        { name: 'production', vault: 'sealed', observedAt: 'then' },
      ],
    });
    await expect(
      invoke('list-secret-grants', { state: 'flying' }),
    ).rejects.toThrow(/state/);
  });

  it('explain one, without anything to act by', async () => {
    const { output } = await register().invoke('explain-secret-grant', {
      id: ID,
    });
    expect(output).toEqual({
      id: ID,
      state: 'active',
      history: [],
      path: `/secrets/grants/${ID}`,
    });
  });

  it('act in the name of a person alone', async () => {
    const { invoke } = register();
    for (const name of ['list-secret-grants', 'explain-secret-grant']) {
      await expect(
        invoke(name, { id: ID }, mockCredentials.service()),
      ).rejects.toThrow(/in the name of a person/);
    }
  });
});
