import { join } from 'node:path';
import { buildTools } from '@shopfloor/sandbox';

/** Variables that tests read, as `docs/reference/contracts.md` lists them. Builds the programs that only tests use. */
export async function testEnvironment(options: {
  root: string;
  portBase: number;
  stateDir: string;
}): Promise<NodeJS.ProcessEnv> {
  const { portBase, stateDir } = options;
  const tools = await buildTools(['kubectl', 'helm', 'opa', 'promtool', 'kubeconform']);
  const postgres = `postgresql://postgres:postgres@127.0.0.1:${portBase + 32}/postgres`;
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
    SHOPFLOOR_TEST_GATEWAY_URL: `http://production.shop.localhost:${portBase + 1080}`,
  };
}
