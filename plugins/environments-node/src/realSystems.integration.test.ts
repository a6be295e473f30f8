import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { kubernetesRequest } from './kubernetesRequest';
import { DefaultPrometheusClient } from './PrometheusClient';

jest.setTimeout(60_000);

function variable(name: string): string {
  const value = process.env[name];
  if (!value) {
    throw new Error(
      `${name} is not set; npm test starts a sandbox and sets it`,
    );
  }
  return value;
}

describe('Prometheus of the sandbox', () => {
  const client = () =>
    DefaultPrometheusClient.create({
      url: variable('SHOPFLOOR_TEST_PROMETHEUS_URL'),
    });

  it('answers at one moment and over time', async () => {
    const now = Date.now();
    await expect(client().query('vector(42)')).resolves.toEqual([
      { labels: {}, timeMs: expect.any(Number), value: 42 },
    ]);
    const [series] = await client().queryRange('vector(1) / 0', {
      start: new Date(now - 60_000),
      end: new Date(now),
      stepSeconds: 30,
    });
    expect(series.points.map(({ value }) => value)).toEqual([
      Infinity,
      Infinity,
      Infinity,
    ]);
  });

  it('says that an expression is wrong', async () => {
    await expect(client().query('up{')).rejects.toMatchObject({
      name: 'InputError',
    });
  });
});

describe('the Kubernetes API of the sandbox', () => {
  const admin = () => {
    const { clusters, users } = parse(
      readFileSync(variable('SHOPFLOOR_TEST_KUBECONFIG'), 'utf8'),
    );
    return {
      cluster: {
        name: 'sandbox',
        url: clusters[0].cluster.server as string,
        caData: clusters[0].cluster['certificate-authority-data'] as string,
      },
      token: users[0].user.token as string,
    };
  };

  it('sees the person with each of the groups', async () => {
    const review = await kubernetesRequest<any>({
      ...admin(),
      impersonate: {
        user: 'ben.lindqvist@larkfield.example',
        groups: ['shopfloor:merchandising-team', 'shopfloor:larkfield'],
      },
      method: 'POST',
      path: '/apis/authentication.k8s.io/v1/selfsubjectreviews',
      body: {
        apiVersion: 'authentication.k8s.io/v1',
        kind: 'SelfSubjectReview',
      },
    });
    expect(review.status.userInfo.username).toBe(
      'ben.lindqvist@larkfield.example',
    );
    expect(review.status.userInfo.groups).toEqual(
      expect.arrayContaining([
        'shopfloor:merchandising-team',
        'shopfloor:larkfield',
      ]),
    );
  });

  it('says what is not there, what is not allowed and which token it does not know', async () => {
    await expect(
      kubernetesRequest({
        ...admin(),
        path: '/api/v1/namespaces/no-such-namespace',
      }),
    ).rejects.toMatchObject({
      name: 'NotFoundError',
      cause: { reason: 'NotFound', code: 404 },
    });
    await expect(
      kubernetesRequest({
        ...admin(),
        impersonate: { user: 'nobody@larkfield.example' },
        path: '/api/v1/secrets',
      }),
    ).rejects.toMatchObject({ name: 'NotAllowedError' });
    await expect(
      kubernetesRequest({
        ...admin(),
        token: 'not-a-token',
        path: '/api/v1/namespaces',
      }),
    ).rejects.toMatchObject({ name: 'ServiceUnavailableError' });
  });

  it('is refused when its certificate is signed by somebody else', async () => {
    const { cluster, token } = admin();
    await expect(
      kubernetesRequest({
        cluster: { ...cluster, caData: undefined },
        token,
        path: '/version',
      }),
    ).rejects.toThrow(/certificate/);
  });
});
