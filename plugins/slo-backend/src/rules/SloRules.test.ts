import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'fs/promises';
import { tmpdir } from 'os';
import { join } from 'path';
import { mockServices } from '@backstage/backend-test-utils';
import { parseOpenSlo } from '@shopfloor/plugin-slo-common';
import { parseAllDocuments, stringify } from 'yaml';
import { PrometheusClients } from '../evaluation/PrometheusClients';
import { SloStore, StoredSlo } from '../store/SloStore';
import { availabilitySlo } from '../testing/slos';
import { TestPrometheus } from '../testing/TestPrometheus';
import { FileRulesTarget } from './FileRulesTarget';
import { OperatorRulesTarget } from './OperatorRulesTarget';
import { RulesTarget } from './RulesTarget';
import { Runbooks } from './Runbooks';
import { SloRules } from './SloRules';

jest.setTimeout(120_000);

const DEADLINE_MILLISECONDS = 30_000;

describe('rules of SLOs', () => {
  let directory: string;
  let prometheus: TestPrometheus;
  let slos: StoredSlo[];
  let environments: string[];

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'slo-rules-'));
    const now = Math.floor(Date.now() / 1000);
    prometheus = await TestPrometheus.start({
      // It begins with some sample; these rules need none.
      series: [
        {
          name: 'up',
          labels: { job: 'test' },
          from: now - 60,
          to: now,
          value: 1,
        },
      ],
      intervalSeconds: 5,
      rulesDirectory: directory,
    });
    slos = [slo('products-availability')];
    environments = ['production'];
  });

  afterEach(async () => {
    await prometheus.remove();
    await rm(directory, { recursive: true, force: true });
  });

  function slo(name: string, good?: string): StoredSlo {
    const text = availabilitySlo({ name, ...(good && { good }) });
    const [definition] = parseOpenSlo(text, { file: 'slo.yaml' }).slos;
    return {
      id: `component~default~products~${name}~production`,
      entityRef: 'component:default/products',
      owner: 'group:default/merchandising-team',
      environment: 'production',
      file: 'slo.yaml',
      definition,
      definitionHash: name,
      maintenance: [],
    };
  }

  function setUp(
    targetOf = (clients: PrometheusClients): RulesTarget =>
      new FileRulesTarget({ directory, clients }),
    runbooks?: Runbooks,
  ) {
    const clients = new PrometheusClients();
    const logger = mockServices.logger.mock();
    const markRecorded = jest.fn(async () => {});
    const target = targetOf(clients);
    const apply = jest.spyOn(target, 'apply');
    const rules = new SloRules({
      environments: {
        list: () =>
          environments.map(name => ({
            name,
            prometheus: { url: prometheus.url, evaluationIntervalSeconds: 1 },
          })),
      } as any,
      clients,
      store: {
        listSlos: async () => slos,
        markRecorded,
      } as unknown as SloStore,
      target,
      ...(runbooks && { runbooks }),
      logger,
      now: () => new Date('2026-11-26T12:00:00Z'),
    });
    return { rules, logger, apply, markRecorded };
  }

  /** Names of the groups that Prometheus has, and what it says is wrong with their rules. */
  async function groups(): Promise<string[]> {
    const response = await fetch(`${prometheus.url}/api/v1/rules`);
    const { data } = (await response.json()) as any;
    return data.groups.map(({ name }: { name: string }) => name).sort();
  }

  async function evaluatedVersions(): Promise<string[]> {
    const query = encodeURIComponent('shopfloor:slo_rules');
    const response = await fetch(
      `${prometheus.url}/api/v1/query?query=${query}`,
    );
    const { data } = (await response.json()) as any;
    return data.result.map(({ metric }: any) => metric.version);
  }

  async function until(condition: () => Promise<boolean>) {
    const deadline = Date.now() + DEADLINE_MILLISECONDS;
    while (!(await condition())) {
      if (Date.now() > deadline) {
        throw new Error('It did not come true in time');
      }
      await new Promise(resolve => setTimeout(resolve, 100));
    }
  }

  it('are written, read and evaluated by Prometheus, and then left alone', async () => {
    const { rules, apply } = setUp();
    await rules.run();
    const id = 'component~default~products~products-availability~production';
    expect(await groups()).toEqual([
      `${id}:long`,
      `${id}:rates`,
      `${id}:short`,
      'slo-rules:production',
    ]);
    await until(async () => (await evaluatedVersions()).length === 1);
    const file = join(directory, 'slo-production.rules.yaml');
    const { ino } = await stat(file);
    await rules.run();
    expect(apply).toHaveBeenCalledTimes(1);
    expect((await stat(file)).ino).toBe(ino);
    expect(await readdir(directory)).toEqual(['slo-production.rules.yaml']);

    slos = [];
    await rules.run();
    expect(await groups()).toEqual(['slo-rules:production']);
  });

  it('carry the runbook of the SLO, or of its service in the portal', async () => {
    const own = slo('products-latency');
    slos = [
      slos[0],
      {
        ...own,
        definition: { ...own.definition, runbook: 'https://wiki.example/own' },
      },
    ];
    const page =
      'https://portal.example/docs/default/component/products/runbook/';
    const { rules } = setUp(undefined, {
      of: async refs => new Map(refs.map(ref => [ref, page])),
    });
    await rules.run();
    const response = await fetch(`${prometheus.url}/api/v1/rules?type=alert`);
    const { data } = (await response.json()) as any;
    const runbooksOf = (name: string) => [
      ...new Set(
        data.groups
          .flatMap((group: any) => group.rules)
          .filter(({ labels }: any) => labels.slo === name)
          .map(({ annotations }: any) => annotations.runbook_url),
      ),
    ];
    expect(runbooksOf('products-availability')).toEqual([page]);
    expect(runbooksOf('products-latency')).toEqual([
      'https://wiki.example/own',
    ]);
  });

  it('are objects for a Prometheus Operator, and in force when somebody applied them', async () => {
    const folder = join(directory, 'operator');
    const { rules, apply, logger, markRecorded } = setUp(clients =>
      OperatorRulesTarget.create({
        directory: folder,
        namespace: 'monitoring',
        labels: { release: 'prometheus' },
        clients,
      }),
    );
    await rules.run();
    const file = join(folder, 'slo-production.prometheusrules.yaml');
    expect(await readdir(folder)).toEqual([
      'slo-production.prometheusrules.yaml',
    ]);
    // Nobody delivered them yet: nothing is recorded, and the log says what is missing.
    const { ino } = await stat(file);
    await rules.run();
    expect((await stat(file)).ino).toBe(ino);
    expect(logger.warn).toHaveBeenCalledWith(
      expect.stringMatching(/prometheusrules.yaml waits to be applied .* none/),
    );
    expect(markRecorded).toHaveBeenLastCalledWith(
      expect.objectContaining({ slos: [] }),
    );
    // What the operator does: a file of rules from the spec of each object.
    const [object] = parseAllDocuments(await readFile(file, 'utf8'));
    await writeFile(
      join(directory, 'from-the-operator.rules.yaml'),
      stringify(object.toJS().spec),
    );
    await fetch(`${prometheus.url}/-/reload`, { method: 'POST' });
    await until(async () => (await evaluatedVersions()).length === 1);
    await rules.run();
    expect(apply).toHaveBeenCalledTimes(2);
    expect(markRecorded).toHaveBeenLastCalledWith(
      expect.objectContaining({ slos: [slos[0]] }),
    );
  });

  it('are asked for again when a process was killed between writing and asking', async () => {
    const { rules, apply } = setUp();
    jest.spyOn(global, 'fetch').mockImplementationOnce(() => {
      throw new Error('killed');
    });
    await rules.run();
    expect(await groups()).toEqual([]);
    expect(
      await readFile(join(directory, 'slo-production.rules.yaml'), 'utf8'),
    ).toContain('slo-rules:production');
    await rules.run();
    expect(apply).toHaveBeenCalledTimes(2);
    expect(await groups()).toContain('slo-rules:production');
  });

  it('leave out an SLO that Prometheus would refuse, and keep the others', async () => {
    slos.push(
      slo(
        'broken',
        'shopfloor:requests:rate1m{destination="products",code_class=~"(2xx"}',
      ),
    );
    const { rules, logger } = setUp();
    await rules.run();
    expect((await groups()).some(name => name.includes('broken'))).toBe(false);
    expect(await groups()).toHaveLength(4);
    expect(logger.warn).toHaveBeenCalledWith(
      expect.stringContaining('~broken~production gets no rules'),
    );
  });

  it('are not written while Prometheus is down and cannot judge them', async () => {
    const { rules, logger } = setUp();
    await prometheus.kill();
    await rules.run();
    expect(logger.warn).toHaveBeenCalledWith(
      expect.stringContaining(
        'Rules of the SLOs in production are not in force',
      ),
    );
    expect(await readdir(directory)).toEqual([]);
  });
});
