import { ServiceMetrics } from './ServiceMetrics.ts';

describe('ServiceMetrics', () => {
  it('has a bucket at the latency objective of 200 ms', async () => {
    const metrics = ServiceMetrics.create({ processMetrics: false });
    const observe = (durationSeconds: number) =>
      metrics.observeRequest({
        method: 'GET',
        route: '/things',
        statusCode: 200,
        durationSeconds,
      });
    observe(0.199);
    observe(0.201);
    expect(await metrics.registry.metrics()).toContain(
      'http_server_request_duration_seconds_bucket{le="0.2",method="GET",route="/things",status_code="200"} 1',
    );
  });

  it('counts problems by their code', async () => {
    const metrics = ServiceMetrics.create({ processMetrics: false });
    metrics.countProblem('thing-not-found');
    expect(await metrics.registry.metrics()).toContain(
      'service_problems_total{code="thing-not-found"} 1',
    );
  });

  it('keeps the registries of two applications apart', async () => {
    const one = ServiceMetrics.create();
    ServiceMetrics.create();
    expect(await one.registry.metrics()).toContain('nodejs_eventloop_lag');
  });
});
