import fp from 'fastify-plugin';
import { type Faults, InjectedFaultError } from './Faults.ts';

/** Options of {@link faultsPlugin}. */
export interface FaultsPluginOptions {
  faults: Faults;
}

/**
 * Injects the faults of routes. The flag is `fault.<METHOD> <pattern>`, such as
 * `fault.POST /orders`. Routes of the machinery are spared. Register it before
 * the routes.
 */
export const faultsPlugin = fp<FaultsPluginOptions>(
  async (app, { faults }) => {
    const cutAfterwards = new WeakSet<object>();

    app.addHook('onRequest', async (request, reply) => {
      const { url, config } = request.routeOptions;
      if (url === undefined || config?.probe) {
        return;
      }
      const target = `${request.method} ${url}`;
      const mode = await faults.decide(target);
      if (mode === 'error') {
        throw new InjectedFaultError({ target, mode });
      }
      if (mode === 'drop') {
        reply.hijack();
        request.raw.socket.destroy();
      } else if (mode === 'drop-answer') {
        cutAfterwards.add(request.raw);
      }
    });

    app.addHook('onSend', async (request, _reply, payload) => {
      if (cutAfterwards.has(request.raw)) {
        request.raw.socket.destroy();
      }
      return payload;
    });
  },
  { name: 'shopfloor-faults' },
);
