import { readFileSync } from 'fs';
import { join } from 'path';
import { parse } from 'yaml';
import { ownerRoutes } from './ownerRoutes';

const BASE = `# What there was.
global: { smtp_smarthost: '127.0.0.1:1025' }
route:
  receiver: portal
  routes:
    - matchers: [alertname="Watchdog"]
      receiver: nobody
receivers:
  - name: portal
  - name: nobody
`;

describe('ownerRoutes', () => {
  it('adds a route for each owner after those that there are', () => {
    const config = parse(
      ownerRoutes({
        base: BASE,
        owners: [
          { ref: 'group:default/b', email: 'b@shop.example' },
          { ref: 'group:default/a', email: 'a@shop.example' },
          { ref: 'group:default/b', email: 'b@shop.example' },
        ],
      }),
    );
    // Checked by hand; Alertmanager itself takes it in the drill of slo-backend.
    const route = (ref: string) => ({
      receiver: `slo-owner:${ref}`,
      matchers: [`owner="${ref}"`],
      group_by: ['alertname', 'environment', 'slo'],
      routes: [
        {
          matchers: ['severity="page"'],
          group_wait: '10s',
          repeat_interval: '1h',
        },
        {
          matchers: ['severity="ticket"'],
          group_wait: '5m',
          repeat_interval: '1d',
        },
      ],
    });
    expect(config).toEqual({
      global: { smtp_smarthost: '127.0.0.1:1025' },
      route: {
        receiver: 'portal',
        routes: [
          { matchers: ['alertname="Watchdog"'], receiver: 'nobody' },
          { receiver: 'portal', continue: true },
          route('group:default/a'),
          route('group:default/b'),
        ],
      },
      receivers: [
        { name: 'portal' },
        { name: 'nobody' },
        {
          name: 'slo-owner:group:default/a',
          email_configs: [{ to: 'a@shop.example', send_resolved: true }],
        },
        {
          name: 'slo-owner:group:default/b',
          email_configs: [{ to: 'b@shop.example', send_resolved: true }],
        },
      ],
    });
  });

  it('leaves everything as it was without owners', () => {
    expect(parse(ownerRoutes({ base: BASE, owners: [] }))).toEqual({
      ...parse(BASE),
    });
  });

  it('takes the configuration of the sandbox', () => {
    const base = readFileSync(
      join(
        __dirname,
        '../../../../platform/observability/alertmanager/alertmanager.yaml',
      ),
      'utf8',
    );
    const owners = [{ ref: 'group:default/a', email: 'a@shop.example' }];
    const config = parse(ownerRoutes({ base, owners }));
    expect(config.route.routes[0]).toEqual({
      receiver: parse(base).route.receiver,
      continue: true,
    });
    expect(config.global.smtp_smarthost).toBeDefined();
  });

  it('refuses what is no configuration', () => {
    expect(() => ownerRoutes({ base: 'a: 1', owners: [] })).toThrow(
      /route.receiver/,
    );
  });
});
