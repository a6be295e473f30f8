import {
  coreServices,
  createServiceFactory,
  createServiceRef,
} from '@backstage/backend-plugin-api';
import { environmentsServiceRef } from '@shopfloor/plugin-environments-node';
import { createGrantEngine } from '../vault/createGrantEngine';
import { GrantEngine } from './GrantEngine';
import { NotConnectedEngine } from './NotConnectedEngine';

/** Service reference of what does the work on Vault. */
export const grantEngineServiceRef = createServiceRef<GrantEngine>({
  id: 'secrets.engine',
  scope: 'plugin',
  defaultFactory: async service =>
    createServiceFactory({
      service,
      deps: {
        config: coreServices.rootConfig,
        environments: environmentsServiceRef,
      },
      factory: ({ config, environments }) =>
        createGrantEngine({ config, environments }) ??
        new NotConnectedEngine({ now: () => new Date() }),
    }),
});
