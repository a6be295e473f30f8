import { mkdtemp, rm, writeFile } from 'fs/promises';
import { tmpdir } from 'os';
import { join } from 'path';
import { mockServices } from '@backstage/backend-test-utils';
import { parseOpenSlo } from '@shopfloor/plugin-slo-common';
import { PrometheusClients } from '../evaluation/PrometheusClients';
import { FileRulesTarget } from '../rules/FileRulesTarget';
import { SloRules } from '../rules/SloRules';
import { SloStore, StoredSlo } from '../store/SloStore';
import { availabilitySlo } from '../testing/slos';
import { TestAlertmanager } from '../testing/TestAlertmanager';
import { TestPrometheus } from '../testing/TestPrometheus';
import { AlertRoutes } from './AlertRoutes';

jest.setTimeout(150_000);

const FIRES_WITHIN_MILLISECONDS = 60_000;
const OWNER = 'group:default/merchandising-team';
const BASE = `global: { smtp_smarthost: '127.0.0.1:1', smtp_from: alerts@shop.example, smtp_require_tls: false }
route: { receiver: portal, group_by: [alertname] }
receivers: [{ name: portal }]
`;

describe('drill: a service fails', () => {
  let directory: string;
  let prometheus: TestPrometheus | undefined;
  let alertmanager: TestAlertmanager;
  let slos: StoredSlo[];
  let email: string | undefined;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'slo-drill-'));
    await writeFile(join(directory, 'base.yml'), BASE);
    alertmanager = await TestAlertmanager.start({ config: BASE });
    email = 'merchandising@shop.example';
    const [definition] = parseOpenSlo(availabilitySlo(), {
      file: 'slo.yaml',
    }).slos;
    slos = [
      {
        id: 'component~default~products~products-availability~production',
        entityRef: 'component:default/products',
        owner: OWNER,
        environment: 'production',
        file: 'slo.yaml',
        definition,
        definitionHash: '1',
        maintenance: [],
      },
    ];
  });

  afterEach(async () => {
    await prometheus?.remove();
    await alertmanager.remove();
    await rm(directory, { recursive: true, force: true });
  });

  const store = () =>
    ({
      listSlos: async () => slos,
      markRecorded: async () => {},
    }) as unknown as SloStore;

  function alertRoutes(logger = mockServices.logger.mock()) {
    return AlertRoutes.create({
      config: {
        url: alertmanager.url,
        baseFile: join(directory, 'base.yml'),
        file: alertmanager.file,
      },
      store: store(),
      auth: mockServices.auth(),
      catalog: {
        getEntitiesByRefs: async () => ({
          items: [email && { spec: { profile: { email } } }],
        }),
      } as any,
      logger,
    });
  }

  it('sees the alert of the generated rules fire, on its way to the owner and to everybody as before', async () => {
    await alertRoutes().run();
    // Half of 100 requests a second fail. Rules make the series, since Prometheus takes no new samples of a time that it
    // has blocks of.
    await writeFile(
      join(directory, 'source.rules.yaml'),
      JSON.stringify({
        groups: [
          {
            name: 'source',
            interval: '1s',
            rules: ['2xx', '5xx'].map(code_class => ({
              record: 'shopfloor:requests:rate1m',
              expr: 'vector(50)',
              labels: {
                environment: 'production',
                destination: 'products',
                code_class,
              },
            })),
          },
        ],
      }),
    );
    const now = Math.floor(Date.now() / 1000);
    prometheus = await TestPrometheus.start({
      series: [
        {
          name: 'up',
          labels: { job: 'test' },
          from: now - 60,
          to: now - 30,
          value: 1,
        },
      ],
      intervalSeconds: 5,
      rulesDirectory: directory,
      alertmanagerUrl: alertmanager.url,
    });
    const environment = {
      name: 'production',
      prometheus: { url: prometheus.url, evaluationIntervalSeconds: 1 },
    };
    const clients = new PrometheusClients();
    await new SloRules({
      environments: { list: () => [environment] } as any,
      clients,
      store: store(),
      target: new FileRulesTarget({ directory, clients }),
      logger: mockServices.logger.mock(),
    }).run();

    const deadline = Date.now() + FIRES_WITHIN_MILLISECONDS;
    let fired = await burning();
    while (fired.length === 0 && Date.now() < deadline) {
      await new Promise(resolve => setTimeout(resolve, 250));
      fired = await burning();
    }
    // Half of all bad is a burn rate of 500, above the factor of every row.
    expect(fired[0]).toMatchObject({
      labels: {
        alertname: 'SloBurnsBudget',
        severity: 'page',
        owner: OWNER,
        environment: 'production',
        service: 'products',
        slo: 'products-availability',
        slo_id: slos[0].id,
      },
      annotations: {
        summary:
          'products-availability in production spends its error budget too fast',
        description: expect.stringMatching(/^50% of/),
      },
      receivers: expect.arrayContaining(['portal', `slo-owner:${OWNER}`]),
    });
  });

  async function burning() {
    return (await alertmanager.alerts()).filter(
      ({ labels }) =>
        labels.alertname === 'SloBurnsBudget' && labels.severity === 'page',
    );
  }

  it('tells Alertmanager of a change alone, also after a restart of the portal', async () => {
    const routes = alertRoutes();
    await routes.run();
    expect(await alertmanager.config()).toContain(`slo-owner:${OWNER}`);
    const reload = jest.spyOn(global, 'fetch');
    await routes.run();
    expect(reload).not.toHaveBeenCalled();
    email = undefined;
    await alertRoutes().run();
    expect(reload).toHaveBeenCalledTimes(1);
    reload.mockRestore();
    expect(await alertmanager.config()).not.toContain('slo-owner');
  });

  it('leaves in force what was, when Alertmanager refuses the new one', async () => {
    await alertRoutes().run();
    const before = await alertmanager.config();
    await writeFile(join(directory, 'base.yml'), `${BASE}colour: red\n`);
    const logger = mockServices.logger.mock();
    await alertRoutes(logger).run();
    expect(logger.warn).toHaveBeenCalledWith(
      expect.stringContaining('refuses the configuration'),
    );
    expect(await alertmanager.config()).toBe(before);
  });

  it('takes no address that is none', async () => {
    email = 'a@b.example", evil: "x';
    await alertRoutes().run();
    expect(await alertmanager.config()).not.toContain('evil');
  });
});
