import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Pod } from '../kubernetes/index.ts';
import { onGatewayPort } from './clusterSetup.ts';
import { buildImage, declaredImages } from './images.ts';
import {
  currentRender,
  planReleases,
  releaseNeeds,
  renderHeader,
  renderPath,
  sandboxOverlay,
} from './render.ts';
import { isRolledOut, whyNotReady } from './rollout.ts';
import { shopValuesOf } from './shopValues.ts';

describe('deployment', () => {
  let repoRoot: string;

  function write(path: string, text: string): void {
    const file = join(repoRoot, path);
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, text);
  }

  beforeEach(() => {
    repoRoot = mkdtempSync(join(tmpdir(), 'shopfloor-deploy-'));
    write('services/cart/deploy/values.yaml', 'name: cart');
    write('services/products/deploy/values.yaml', 'name: products');
    write('services/products/deploy/values-staging.yaml', 'versions: []');
    write('services/drafted/package.json', '{}');
    write(
      'services/cart/package.json',
      JSON.stringify({
        shopfloor: { images: [{ version: '1.0.0', features: ['gifts'] }] },
      }),
    );
    write('services/cart/src/price.ts', 'export const price: number = 1;');
    write(
      'services/cart/src/server.ts',
      "declare const __SHOPFLOOR_FEATURES__: string[];\nimport { price } from './price.ts';\nconsole.log(price, __SHOPFLOOR_FEATURES__);",
    );
  });
  afterEach(() => rmSync(repoRoot, { recursive: true }));

  it('runs the whole shop in production and elsewhere only what has values for it', () => {
    const releases = planReleases({
      repoRoot,
      environments: ['production', 'staging'],
    });
    expect(
      releases.map(r => `${r.environment}/${r.service}: ${r.values.length}`),
    ).toEqual([
      'production/cart: 1',
      'production/products: 1',
      'staging/products: 2',
    ]);
  });

  it('takes a committed render as long as chart and values are those that made it', () => {
    for (const file of ['Chart.yaml', 'values.yaml', 'values.schema.json']) {
      write(`platform/charts/service/${file}`, 'a: 1');
    }
    write('platform/charts/service/templates/deployment.yaml', 'b: 1');
    write('platform/charts/service/files/keep.sh', 'd');
    write(sandboxOverlay, 'c: 1');
    const [cart] = planReleases({ repoRoot, environments: ['production'] });
    expect(currentRender(repoRoot, cart)).toBeUndefined();
    const header = renderHeader(repoRoot, [...cart.values, sandboxOverlay]);
    write(renderPath(cart), `${header}kind: Deployment\n`);
    expect(currentRender(repoRoot, cart)).toContain('kind: Deployment');
    write('platform/charts/service/files/keep.sh', 'e');
    expect(currentRender(repoRoot, cart)).toBeUndefined();
    write('platform/charts/service/files/keep.sh', 'd');
    write('platform/charts/service/templates/deployment.yaml', 'b: 2');
    expect(currentRender(repoRoot, cart)).toBeUndefined();
  });

  it('reads from values what a release needs; the later file wins', async () => {
    write(
      'services/cart/deploy/values.yaml',
      'versions: [{ name: v1, tag: 1.0.0, env: { A: 1 } }]\nevents: { enabled: true, append: [shop.carts] }\nsecretEnv: [{ name: KEY, secret: cart, key: KEY }]',
    );
    write(
      'services/cart/deploy/values-production.yaml',
      'versions: [{ name: v2, tag: 2.0.0 }]',
    );
    const [cart] = planReleases({ repoRoot, environments: ['production'] });
    expect(await releaseNeeds(repoRoot, cart)).toMatchObject({
      versions: [{ name: 'v2', tag: '2.0.0', env: {} }],
      database: { enabled: false },
      events: { enabled: true, append: ['shop.carts'], consume: [] },
      secretEnv: [{ name: 'KEY', secret: 'cart', key: 'KEY' }],
    });
  });

  it('lays values over each other as Helm does, and enters what a grant will deliver, of the own secrets alone', async () => {
    write(
      'services/cart/deploy/values.yaml',
      `versions: []
secrets: { vault: { enabled: true } }
settingsEnv: [{ name: MAIL, key: SMTP_URL, grant: mail }, { name: SHOP_URL, key: SHOP_URL }]
secretEnv: [{ name: KEY, secret: cart, key: KEY, grant: keys }, { name: OTHERS, secret: p, key: API_KEY, grant: provider }]`,
    );
    write(
      'services/cart/deploy/values-production.yaml',
      'secrets: { vault: { grants: { mail: { role: r, path: p } } } }',
    );
    write(
      'services/cart/secrets.yaml',
      'spec: { secrets: [{ name: database, kind: database }, { name: keys, kind: kv, path: signing/keys }, { name: mail, kind: kv, path: mail }] }',
    );
    const [release] = planReleases({ repoRoot, environments: ['production'] });
    const needs = await releaseNeeds(repoRoot, release);
    expect(needs.secrets.vault).toEqual({
      enabled: true,
      grants: { mail: { role: 'r', path: 'p' } },
    });
    expect(shopValuesOf({ repoRoot, release, needs })).toEqual([
      { path: 'cart/mail', key: 'SMTP_URL', from: { setting: 'SMTP_URL' } },
      {
        path: 'cart/signing/keys',
        key: 'KEY',
        from: { secret: 'cart', key: 'KEY' },
      },
    ]);
  });

  it('builds an image once, and again when a source has changed', async () => {
    const [image] = declaredImages(repoRoot);
    expect(image).toEqual({
      service: 'cart',
      version: '1.0.0',
      features: ['gifts'],
    });
    const imagesDir = join(repoRoot, 'images');
    const options = { repoRoot, imagesDir, image };
    const program = () =>
      readFileSync(join(imagesDir, 'cart/1.0.0/server.js'), 'utf8');
    expect(await buildImage(options)).toBe(true);
    expect(program()).toContain('"gifts"');
    expect(await buildImage(options)).toBe(false);
    write('services/cart/src/price.ts', 'export const price: number = 42;');
    expect(await buildImage(options)).toBe(true);
    expect(program()).toContain('42');
  }, 30_000);

  it('refuses an image version that is none', () => {
    write(
      'services/cart/package.json',
      JSON.stringify({ shopfloor: { images: [{ version: 'latest' }] } }),
    );
    expect(() => declaredImages(repoRoot)).toThrow('cart/package.json');
  });
});

describe('rollout', () => {
  const deployment = (status: Parameters<typeof isRolledOut>[0]['status']) => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'products-v1', generation: 4 },
    spec: { replicas: 2, selector: { matchLabels: {} } },
    status,
  });
  const done = {
    observedGeneration: 4,
    replicas: 2,
    updatedReplicas: 2,
    availableReplicas: 2,
  };

  it.each([
    ['all is as wanted', done, true],
    ['nothing is known yet', undefined, false],
    [
      'the controller has not seen the change',
      { ...done, observedGeneration: 3 },
      false,
    ],
    ['an old pod is still there', { ...done, replicas: 3 }, false],
    ['a pod is not available', { ...done, availableReplicas: 1 }, false],
  ])('when %s', (_when, status, expected) => {
    expect(isRolledOut(deployment(status))).toBe(expected);
  });

  it("gives the reason of a pod's container", () => {
    const pod = {
      metadata: { name: 'products-v1-a' },
      status: {
        containerStatuses: [
          {
            name: 'products',
            ready: false,
            state: {
              waiting: { reason: 'ErrImagePull', message: 'not built' },
            },
          },
        ],
      },
    } as Pod;
    expect(whyNotReady([pod])).toBe(
      'products-v1-a/products: ErrImagePull, not built',
    );
    expect(whyNotReady([])).toBe('no pod was made yet');
  });
});

describe('the Gateway of the sandbox', () => {
  it("listens on the sandbox's own port", () => {
    const gateway = {
      apiVersion: 'networking.istio.io/v1',
      kind: 'Gateway',
      metadata: { name: 'shop' },
      spec: {
        servers: [{ port: { number: 8080, name: 'http' }, hosts: ['a/b'] }],
      },
    };
    expect(onGatewayPort(gateway, 18080).spec).toEqual({
      servers: [{ port: { number: 18080, name: 'http' }, hosts: ['a/b'] }],
    });
    expect(gateway.spec.servers[0].port.number).toBe(8080);
    const other = { ...gateway, kind: 'Sidecar' };
    expect(onGatewayPort(other, 18080)).toBe(other);
  });
});
