import { join } from 'node:path';
import { readSecrets } from '@shopfloor/sandbox';

/** What {@link testEnvironment} is made from. */
export interface TestEnvironmentOptions {
  portBase: number;
  stateDir: string;
  /** Folder of the programs that tests call. */
  tools: string;
}

/**
 * Variables that tests read, as `docs/reference/contracts.md` lists them.
 *
 * @throws Error when the sandbox has never been started, since its secrets are not there yet
 */
export function testEnvironment(
  options: TestEnvironmentOptions,
): NodeJS.ProcessEnv {
  const { portBase, stateDir, tools } = options;
  const secrets = readSecrets(stateDir);
  if (!secrets) {
    throw new Error(
      `${stateDir} holds no secrets: the test sandbox was never started`,
    );
  }
  const postgres = `postgresql://postgres:${secrets.postgresPassword}@127.0.0.1:${
    portBase + 32
  }/postgres`;
  return {
    SHOPFLOOR_TEST_POSTGRES_URL: postgres,
    BACKSTAGE_TEST_DATABASE_POSTGRES18_CONNECTION_STRING: postgres,
    BACKSTAGE_TEST_DISABLE_DOCKER: '1',
    SHOPFLOOR_TEST_KUBECONFIG: join(stateDir, 'kubeconfig'),
    SHOPFLOOR_TEST_STATE: stateDir,
    SHOPFLOOR_TEST_PORT_BASE: String(portBase),
    SHOPFLOOR_TEST_TOOLS: tools,
    SHOPFLOOR_TEST_PORTAL_URL: `http://localhost:${portBase + 7}`,
    SHOPFLOOR_TEST_PROMETHEUS_URL: `http://127.0.0.1:${portBase + 90}`,
    SHOPFLOOR_TEST_GATEWAY_URL: `http://production.shop.localhost:${
      portBase + 1080
    }`,
  };
}
