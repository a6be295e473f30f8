import fp from 'fastify-plugin';
import type { ServiceMetrics } from '../metrics/ServiceMetrics.ts';
import type { Health, HealthReport } from './Health.ts';

/** Options of {@link healthPlugin}. */
export interface HealthPluginOptions {
  health: Health;
  metrics: ServiceMetrics;
}

/** Serves `/health/startup`, `/health/ready`, `/health/live` and `/metrics`. */
export const healthPlugin = fp<HealthPluginOptions>(
  async (app, { health, metrics }) => {
    const probes: Record<string, () => HealthReport | Promise<HealthReport>> = {
      startup: () => health.startup(),
      ready: () => health.ready(),
      live: () => health.live(),
    };
    for (const [name, ask] of Object.entries(probes)) {
      app.get(
        `/health/${name}`,
        { config: { probe: true }, schema: { hide: true } },
        async (_request, reply) => {
          const report = await ask();
          return reply
            .code(report.ok ? 200 : 503)
            .header('cache-control', 'no-store')
            .send({
              status: report.ok ? 'ok' : 'failing',
              checks: report.checks,
            });
        },
      );
    }
    app.get(
      '/metrics',
      { config: { probe: true }, schema: { hide: true } },
      async (_request, reply) =>
        reply
          .type(metrics.registry.contentType)
          .send(await metrics.registry.metrics()),
    );
  },
  { name: 'shopfloor-health' },
);
