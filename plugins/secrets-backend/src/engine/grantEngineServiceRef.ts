import {
  createServiceFactory,
  createServiceRef,
} from '@backstage/backend-plugin-api';
import { GrantEngine } from './GrantEngine';
import { NotConnectedEngine } from './NotConnectedEngine';

/** Service reference of what does the work on Vault. */
export const grantEngineServiceRef = createServiceRef<GrantEngine>({
  id: 'secrets.engine',
  scope: 'plugin',
  defaultFactory: async service =>
    createServiceFactory({
      service,
      deps: {},
      factory: () => new NotConnectedEngine({ now: () => new Date() }),
    }),
});
