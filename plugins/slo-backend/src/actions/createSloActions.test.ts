import { mockCredentials, mockServices } from '@backstage/backend-test-utils';
import { actionsRegistryServiceMock } from '@backstage/backend-test-utils/alpha';
import { NotAllowedError } from '@backstage/errors';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { createSloActions } from './createSloActions';

const SLO = {
  id: 'orders',
  name: 'orders-availability',
  entityRef: 'component:default/orders',
  environment: 'production',
  state: 'at-risk',
  objectives: [
    {
      target: 0.999,
      serviceLevel: 0.9995,
      budgetLeft: 0.5,
      burnRate: 15,
      forecast: { kind: 'exhausts', inSeconds: 60 },
      burnRows: [],
    },
  ],
};

describe('actions of SLOs', () => {
  const service = {
    list: jest.fn(async () => ({ items: [SLO], totalItems: 1 })),
    get: jest.fn(async () => ({
      ...SLO,
      explanation: { numerator: 'good' },
      lint: { findings: [], unchecked: [] },
    })),
    history: jest.fn(),
  };
  const gate = { ask: jest.fn(async () => ({ decision: 'freeze' })) };
  let result: AuthorizeResult.ALLOW | AuthorizeResult.DENY;

  function register() {
    const registry = actionsRegistryServiceMock();
    createSloActions({
      actionsRegistry: registry,
      auth: mockServices.auth(),
      permissions: mockServices.permissions.mock({
        authorize: async () => [{ result }],
      }),
      service: service as any,
      gate: gate as any,
    });
    return (
      name: string,
      input: any,
      credentials: any = mockCredentials.user('user:default/ada'),
    ) => registry.invoke({ id: `test:${name}`, input, credentials });
  }

  beforeEach(() => {
    jest.clearAllMocks();
    result = AuthorizeResult.ALLOW;
  });

  it('read only, and say so', async () => {
    const registry = actionsRegistryServiceMock();
    createSloActions({
      actionsRegistry: registry,
      auth: mockServices.auth(),
      permissions: mockServices.permissions(),
      service: service as any,
      gate: gate as any,
    });
    const { actions } = await registry.list();
    expect(actions.map(({ name }) => name).sort()).toEqual([
      'ask-release-gate',
      'explain-slo',
      'list-slos',
    ]);
    for (const { attributes } of actions) {
      expect(attributes).toEqual({
        readOnly: true,
        destructive: false,
        idempotent: true,
      });
    }
  });

  it('list what the person may see, with the filters', async () => {
    const invoke = register();
    const { output } = (await invoke('list-slos', {
      entity: 'orders',
      state: 'at-risk',
    })) as any;
    expect(service.list).toHaveBeenCalledWith(
      {
        entity: 'component:default/orders',
        state: 'at-risk',
        limit: 20,
        offset: 0,
      },
      {
        credentials: expect.objectContaining({
          principal: expect.objectContaining({
            userEntityRef: 'user:default/ada',
          }),
        }),
      },
    );
    expect(output).toMatchObject({
      totalItems: 1,
      items: [
        {
          id: 'orders',
          state: 'at-risk',
          path: '/catalog/default/component/orders/slos?env=production&slo=orders-availability',
          objectives: [{ budgetLeft: 0.5, burnRate: 15 }],
        },
      ],
    });
  });

  it('explain one, and ask the gate', async () => {
    const invoke = register();
    const explained = (await invoke('explain-slo', { id: 'orders' })) as any;
    expect(explained.output).toMatchObject({
      id: 'orders',
      explanation: { numerator: 'good' },
      lint: { findings: [] },
    });
    const input = { entity: 'orders', environment: 'production' };
    const asked = (await invoke('ask-release-gate', input)) as any;
    expect(asked.output).toEqual({ decision: 'freeze' });
    expect(gate.ask).toHaveBeenCalledWith(
      { entityRef: 'component:default/orders', environment: 'production' },
      expect.anything(),
    );
    result = AuthorizeResult.DENY;
    await expect(invoke('ask-release-gate', input)).rejects.toThrow(
      'slo.release.read',
    );
  });

  it('refuse programs, and pass on what the person may not', async () => {
    const invoke = register();
    for (const [name, input] of [
      ['list-slos', {}],
      ['explain-slo', { id: 'orders' }],
      ['ask-release-gate', { entity: 'orders', environment: 'production' }],
    ] as const) {
      await expect(
        invoke(name, input, mockCredentials.service('plugin:mcp-actions')),
      ).rejects.toThrow(/signed in/);
    }
    expect(service.list).not.toHaveBeenCalled();
    service.list.mockRejectedValueOnce(
      new NotAllowedError('slo.objective.read is not granted to you'),
    );
    await expect(invoke('list-slos', {})).rejects.toThrow('slo.objective.read');
  });
});
