import { TrafficClient } from './TrafficClient';

function clientThatAnswers(status: number, body: unknown) {
  const fetch = jest.fn(
    async (_url: string, _init?: RequestInit) =>
      new Response(JSON.stringify(body), {
        status,
        headers: { 'content-type': 'application/json' },
      }),
  );
  const client = new TrafficClient({
    discoveryApi: { getBaseUrl: async () => 'http://portal/api/traffic' },
    fetchApi: { fetch: fetch as unknown as typeof globalThis.fetch },
  });
  return { client, fetch };
}

const target = {
  environment: 'production',
  entityRef: 'component:default/products',
};

describe('TrafficClient', () => {
  it('sends a change with its idempotency key', async () => {
    const { client, fetch } = clientThatAnswers(201, { id: '1' });
    const request = {
      weights: [{ subset: 'v1', weight: 100 }],
      resourceVersion: '7',
    };
    await expect(client.change(target, request, 'key')).resolves.toEqual({
      id: '1',
    });
    const [url, init] = fetch.mock.calls[0];
    expect(url).toBe(
      'http://portal/api/traffic/routes/production/component/default/products/changes',
    );
    expect(init).toMatchObject({
      method: 'POST',
      headers: { 'idempotency-key': 'key' },
      body: JSON.stringify(request),
    });
  });

  it('asks for the history of one service by cursor', async () => {
    const { client, fetch } = clientThatAnswers(200, { items: [] });
    await client.listChanges({ entityRef: target.entityRef, cursor: 'abc' });
    expect(fetch.mock.calls[0][0]).toBe(
      'http://portal/api/traffic/changes?entityRef=component%3Adefault%2Fproducts&cursor=abc',
    );
  });

  it('throws what the backend refused', async () => {
    const { client } = clientThatAnswers(403, {
      error: { name: 'NotAllowedError', message: 'ask the owner' },
      response: { statusCode: 403 },
    });
    await expect(client.getRoute(target)).rejects.toMatchObject({
      cause: { name: 'NotAllowedError', message: 'ask the owner' },
    });
  });
});
