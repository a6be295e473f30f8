import { readSecrets, signInToken } from '@shopfloor/sandbox';
import {
  expect,
  test,
  type APIRequestContext,
  type APIResponse,
} from '@playwright/test';
import type { SamplePerson } from '../support/portal.ts';
import { requiredEnv } from '../support/shop.ts';

const portalUrl = requiredEnv('SHOPFLOOR_TEST_PORTAL_URL');
const ROUTE = '/api/traffic/routes/production/component/default/products';

async function as(person: SamplePerson): Promise<{ authorization: string }> {
  const token = await signInToken({ user: person, portalUrl });
  return { authorization: `Bearer ${token}` };
}

async function get(
  request: APIRequestContext,
  path: string,
  headers: Record<string, string>,
): Promise<APIResponse> {
  return request.get(path, { headers });
}

test('without signing in, no API answers with data', async ({ request }) => {
  for (const path of [
    '/api/catalog/entities',
    '/api/slo/slos',
    ROUTE,
    '/api/traffic/changes',
    '/api/status/systems',
    '/api/search/query?term=products',
    '/api/kubernetes/clusters',
    '/api/notifications/notifications',
  ]) {
    const response = await get(request, path, {});
    expect(response.status(), path).toBe(401);
  }
});

test('who does not own a service cannot move its traffic through the API either', async ({
  request,
}) => {
  const headers = await as('ada.okafor');
  const { wanted } = await (await get(request, ROUTE, headers)).json();
  const response = await request.post(`${ROUTE}/changes`, {
    headers: { ...headers, 'idempotency-key': 'boundaries-ada-1' },
    data: {
      weights: [
        { subset: 'v1', weight: 50 },
        { subset: 'v2', weight: 50 },
      ],
      resourceVersion: wanted.resourceVersion,
    },
  });
  expect(response.status()).toBe(403);
  const after = await (await get(request, ROUTE, headers)).json();
  expect(after.wanted.resourceVersion).toBe(wanted.resourceVersion);
});

test('a pipeline asks the release gate with its own token, and may nothing else', async ({
  request,
}) => {
  const { pipelineToken } = readSecrets(requiredEnv('SHOPFLOOR_TEST_STATE'))!;
  const headers = { authorization: `Bearer ${pipelineToken}` };
  const gate = '/api/slo/gate?entity=component:default/products';
  const asked = await get(request, `${gate}&environment=production`, headers);
  expect(asked.status(), await asked.text()).toBe(200);
  const { decision } = await asked.json();
  expect(['go', 'slow-down', 'freeze', 'unknown']).toContain(decision);
  const nowhere = await get(request, `${gate}&environment=nowhere`, headers);
  expect(nowhere.status()).toBe(400);
  for (const path of [
    '/api/slo/slos',
    '/api/catalog/entities',
    ROUTE,
    '/api/audit/changes',
    '/api/checks/results',
  ]) {
    const refused = await get(request, path, headers);
    expect([401, 403], path).toContain(refused.status());
  }
});

test('bad input is refused with the name of what is wrong', async ({
  request,
}) => {
  const headers = await as('ben.lindqvist');
  const response = await request.post(`${ROUTE}/preview`, {
    headers,
    data: { weights: [{ subset: 'v1', weight: 'many' }] },
  });
  expect(response.status()).toBe(400);
  expect(JSON.stringify(await response.json())).toContain('weight');
});

test('impersonation headers gain nothing through the Kubernetes proxy', async ({
  request,
}) => {
  const headers = await as('emil.haddad');
  const response = await get(
    request,
    '/api/kubernetes/proxy/api/v1/namespaces/production/secrets',
    {
      ...headers,
      'backstage-kubernetes-cluster': 'sandbox',
      'impersonate-user': 'shopfloor-admin',
      'impersonate-group': 'system:masters',
    },
  );
  expect(response.status()).toBeGreaterThanOrEqual(400);
  expect(await response.text()).not.toContain('DATABASE_URL');
});

test('the catalog holds the people, the service, its API and its resources', async ({
  request,
}) => {
  const headers = await as('chen.wei');
  for (const ref of [
    'user/default/ben.lindqvist',
    'group/default/merchandising-team',
    'domain/default/commerce',
    'system/default/merchandising',
    'component/default/products',
    'api/default/products',
  ]) {
    const response = await get(
      request,
      `/api/catalog/entities/by-name/${ref}`,
      headers,
    );
    expect(response.status(), ref).toBe(200);
  }
  const api = await (
    await get(
      request,
      '/api/catalog/entities/by-name/api/default/products',
      headers,
    )
  ).json();
  expect(api.spec.definition).toContain('openapi: 3.1');
});

test('search finds the service', async ({ request }) => {
  const headers = await as('chen.wei');
  await expect
    .poll(
      async () => {
        const response = await get(
          request,
          '/api/search/query?term=products',
          headers,
        );
        const { results } = await response.json();
        return results.map(
          (result: { document: { location: string } }) =>
            result.document.location,
        );
      },
      { timeout: 90_000, intervals: [3_000] },
    )
    .toContain('/catalog/default/component/products');
});

test('the documentation of the service is built and shown', async ({
  request,
}) => {
  test.setTimeout(180_000);
  const headers = await as('ben.lindqvist');
  const built = await request.get(
    '/api/techdocs/sync/default/component/products',
    { headers, timeout: 150_000 },
  );
  expect(built.status()).toBeLessThan(400);
  await expect
    .poll(
      async () =>
        (
          await get(
            request,
            '/api/techdocs/static/docs/default/component/products/index.html',
            headers,
          )
        ).status(),
      { timeout: 90_000, intervals: [2_000] },
    )
    .toBe(200);
});
