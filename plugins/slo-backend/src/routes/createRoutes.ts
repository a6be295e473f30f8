import { LoggerService } from '@backstage/backend-plugin-api';
import { SloConfig } from '../config';
import { AlertOwnersOptions } from './alertOwners';
import { AlertRoutes } from './AlertRoutes';
import { OperatorRoutes } from './OperatorRoutes';

/** What keeps the routes to the owners, to where the configuration says; `undefined` when it says nowhere. */
export function createRoutes(
  { alertmanager, operator }: SloConfig,
  options: AlertOwnersOptions & { logger: LoggerService },
): { run(): Promise<void> } | undefined {
  if (operator) {
    return OperatorRoutes.create({ ...options, operator });
  }
  return (
    alertmanager && AlertRoutes.create({ ...options, config: alertmanager })
  );
}
