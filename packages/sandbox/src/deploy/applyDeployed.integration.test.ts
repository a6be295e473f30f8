import type { KubernetesObject } from '../kubernetes/index.ts';
import { LiveSandbox } from '../testing/LiveSandbox.ts';
import { applyDeployed } from './deployPart.ts';

const timeoutMs = 60_000;

describe('deploying a route', () => {
  let sandbox: LiveSandbox;

  beforeAll(async () => {
    sandbox = await LiveSandbox.create('deploy-test');
  }, timeoutMs);
  afterAll(() => sandbox?.destroy());

  const route = (v1: number, v2: number, retries = 2): KubernetesObject => ({
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    metadata: { name: 'products', namespace: sandbox.namespace },
    spec: {
      hosts: ['products.test'],
      http: [
        {
          retries: { attempts: retries },
          route: [
            {
              destination: { host: 'products.test', subset: 'v1' },
              weight: v1,
            },
            {
              destination: { host: 'products.test', subset: 'v2' },
              weight: v2,
            },
          ],
        },
      ],
    },
  });

  async function weights(): Promise<number[]> {
    const live = await sandbox.client.json<{
      spec: { http: { route: { weight: number }[] }[] };
    }>(await sandbox.client.pathOf(route(0, 0)));
    return live.spec.http[0].route.map(r => r.weight ?? 0);
  }

  async function deploy(object: KubernetesObject): Promise<string[]> {
    const log: string[] = [];
    await applyDeployed({
      client: sandbox.client,
      object,
      log: message => log.push(message),
    });
    return log;
  }

  it(
    'follows the repository until a person moves traffic, whose weights then stay',
    async () => {
      await deploy(route(100, 0));
      await deploy(route(95, 5));
      expect(await weights()).toEqual([95, 5]);

      // As the portal does it: another field manager, which takes the fields over.
      await sandbox.client.apply(route(60, 40), {
        fieldManager: 'shopfloor-traffic',
        force: true,
      });
      const log = await deploy(route(95, 5));
      expect(log).toEqual([
        `${sandbox.namespace}/products: the route was changed by someone else and stays as it is`,
      ]);
      expect(await weights()).toEqual([60, 40]);
    },
    timeoutMs,
  );
});
