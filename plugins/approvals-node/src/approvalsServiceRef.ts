import {
  coreServices,
  createServiceFactory,
  createServiceRef,
} from '@backstage/backend-plugin-api';
import { ApprovalsService } from './ApprovalsService';
import { DefaultApprovalsService } from './DefaultApprovalsService';

/** Service reference of approvals; needs no registration. */
export const approvalsServiceRef = createServiceRef<ApprovalsService>({
  id: 'approvals.service',
  scope: 'plugin',
  defaultFactory: async service =>
    createServiceFactory({
      service,
      deps: {
        auth: coreServices.auth,
        discovery: coreServices.discovery,
        logger: coreServices.logger,
        scheduler: coreServices.scheduler,
      },
      factory: deps => DefaultApprovalsService.create(deps),
    }),
});
