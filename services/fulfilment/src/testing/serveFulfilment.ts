import { TestIssuer } from '@shopfloor/service-kit/src/testing/TestIssuer.ts';
import { TestService } from '@shopfloor/service-kit/src/testing/TestService.ts';
import { readFulfilmentConfig } from '../config.ts';
import { createApp } from '../createApp.ts';

/** One running replica for a test, on a database that is migrated already. Its background work does not run. */
export async function serveFulfilment(
  connectionString: string,
  env: Record<string, string> = {},
) {
  const test = TestService.create({
    name: 'fulfilment',
    read: readFulfilmentConfig,
    env: {
      DATABASE_URL: connectionString,
      // Contacted only by a test that migrated a log there.
      EVENTS_DATABASE_URL: connectionString,
      ...env,
    },
  });
  const { base } = test;
  const { database, logger } = base.parts;
  const issuer = await TestIssuer.create();
  const fulfilment = await createApp({
    ...base.parts,
    log: await base.openEventLog(),
    access: issuer.access(logger, ['orders', 'customers']),
  });
  return {
    ...fulfilment,
    client: await test.serve({ app: fulfilment.app }),
    database,
    issuer,
    lines: test.lines,
    close: () => test.close(),
  };
}

/** What {@link serveFulfilment} gives. */
export type ServedFulfilment = Awaited<ReturnType<typeof serveFulfilment>>;
