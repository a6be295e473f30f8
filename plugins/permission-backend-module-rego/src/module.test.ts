import { mockServices, startTestBackend } from '@backstage/backend-test-utils';
import permissionPlugin from '@backstage/plugin-permission-backend';
import permissionModuleRego from './index';

const start = (permission: object) =>
  startTestBackend({
    features: [
      permissionPlugin,
      permissionModuleRego,
      mockServices.rootConfig.factory({ data: { permission } }),
    ],
  });

describe('permissionModuleRego', () => {
  it('starts with the policy of this repository', async () => {
    const backend = await start({ enabled: true });
    await expect(backend.stop()).resolves.toBeUndefined();
  });

  it.each([{}, { enabled: false }, { enabled: 'true' }])(
    'refuses to start while permissions are %j',
    async permission => {
      await expect(start(permission)).rejects.toThrow(
        'refuses to start while permissions are off',
      );
    },
  );

  it('refuses to start with a policy that is not there', async () => {
    await expect(
      start({ enabled: true, rego: { file: '/nowhere/policy.wasm' } }),
    ).rejects.toThrow('/nowhere/policy.wasm cannot be loaded');
  });
});
