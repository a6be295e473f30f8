import {
  coreServices,
  createBackendModule,
  resolvePackagePath,
} from '@backstage/backend-plugin-api';
import { ConflictError } from '@backstage/errors';
import { policyExtensionPoint } from '@backstage/plugin-permission-node/alpha';
import { RegoPermissionPolicy } from './RegoPermissionPolicy';
import { WasmPolicyEvaluator } from './WasmPolicyEvaluator';

/** Where this repository keeps the compiled policy. */
function defaultPolicyFile(): string {
  return resolvePackagePath(
    '@shopfloor/plugin-permission-backend-module-rego',
    '../../platform/policies/generated/portal.wasm',
  );
}

/**
 * Decides permissions by the Rego policy of `platform/policies/portal`.
 *
 * @public
 */
export const permissionModuleRego = createBackendModule({
  pluginId: 'permission',
  moduleId: 'rego',
  register(reg) {
    reg.registerInit({
      deps: {
        config: coreServices.rootConfig,
        logger: coreServices.logger,
        policy: policyExtensionPoint,
      },
      async init({ config, logger, policy }) {
        if (config.getOptional('permission.enabled') !== true) {
          throw new ConflictError(
            'The portal refuses to start while permissions are off; set permission.enabled to true',
          );
        }
        const evaluator = await WasmPolicyEvaluator.fromFile({
          file:
            config.getOptionalString('permission.rego.file') ??
            defaultPolicyFile(),
          entrypoint: 'portal/decision',
        });
        policy.setPolicy(
          await RegoPermissionPolicy.create({ evaluator, logger }),
        );
      },
    });
  },
});
