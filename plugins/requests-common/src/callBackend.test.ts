import { callBackend, fetchFromBackend } from './callBackend';

function surroundings(answer: () => Response) {
  const fetch = jest.fn(async (..._: unknown[]) => answer());
  return {
    fetch,
    options: {
      discoveryApi: {
        getBaseUrl: async (pluginId: string) => `http://portal/api/${pluginId}`,
      },
      fetchApi: { fetch: fetch as never },
    },
  };
}

describe('a call of a backend plugin', () => {
  it('asks with each value of a list, and leaves out what is undefined', async () => {
    const { fetch, options } = surroundings(() => Response.json({ items: [] }));
    const { signal } = new AbortController();
    await expect(
      callBackend('checks', options, {
        path: '/results',
        query: {
          state: ['fail', undefined, 'unknown'],
          owner: undefined,
          q: 0,
        },
        signal,
      }),
    ).resolves.toEqual({ items: [] });
    expect(fetch.mock.calls).toEqual([
      [
        'http://portal/api/checks/results?state=fail&state=unknown&q=0',
        { signal },
      ],
    ]);
  });

  it('sends a body as JSON, with headers', async () => {
    const { fetch, options } = surroundings(() => Response.json('done'));
    await callBackend('secrets', options, {
      path: '/grants',
      body: { reason: 'release' },
      headers: { 'idempotency-key': 'k' },
    });
    expect(fetch.mock.calls).toEqual([
      [
        'http://portal/api/secrets/grants',
        {
          signal: undefined,
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            'idempotency-key': 'k',
          },
          body: '{"reason":"release"}',
        },
      ],
    ]);
  });

  it('uses another method, also without a body', async () => {
    const { fetch, options } = surroundings(() => new Response(undefined));
    await fetchFromBackend('scorecards', options, {
      path: '/badges/1',
      method: 'DELETE',
    });
    expect(fetch.mock.calls).toEqual([
      [
        'http://portal/api/scorecards/badges/1',
        { signal: undefined, method: 'DELETE' },
      ],
    ]);
  });

  it('throws what was refused, with its status and words', async () => {
    const { options } = surroundings(() =>
      Response.json(
        {
          error: { name: 'ConflictError', message: 'changed just now' },
          response: { statusCode: 409 },
        },
        { status: 409 },
      ),
    );
    await expect(
      callBackend('traffic', options, { path: '/changes' }),
    ).rejects.toMatchObject({
      statusCode: 409,
      body: { error: { message: 'changed just now' } },
    });
  });
});
