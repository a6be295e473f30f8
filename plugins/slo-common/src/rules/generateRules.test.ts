import { existsSync, readdirSync, readFileSync, writeFileSync } from 'fs';
import { resolve } from 'path';
import { parse, parseAllDocuments, stringify } from 'yaml';
import { formatRules, generateRules } from './generateRules';
import { runPromtool } from './testing/promtool';
import { requestsSlo, subjectsOf } from './testing/subjects';
import { SloDefinition } from '../openslo/types';
import { formatOwnerRoutes, formatPrometheusRules } from './operatorManifests';
import { RuleSubject } from './types';

jest.setTimeout(60_000);

/** A Thursday; every Sunday of the next 35 days has a maintenance. */
const NOW = new Date('2026-11-26T12:00:00Z');

const EXAMPLE = readFileSync(
  resolve(__dirname, '../openslo/testing/everything.yaml'),
  'utf8',
);

function generate(subjects: RuleSubject[]) {
  return generateRules({ subjects, intervalSeconds: 5, now: NOW });
}

function expectGolden(name: string, text: string) {
  const file = resolve(__dirname, 'testing/golden', name);
  if (process.env.SHOPFLOOR_UPDATE_GOLDEN) {
    writeFileSync(file, text);
  }
  expect(text).toBe(readFileSync(file, 'utf8'));
}

describe('generated Prometheus rules', () => {
  it('are those of the golden file for products', async () => {
    const file = resolve(__dirname, '../../../../services/products/slo.yaml');
    const { file: rules, leftOut } = generate(
      subjectsOf(readFileSync(file, 'utf8'), {
        entity: 'products',
        owner: 'group:default/merchandising-team',
      }),
    );
    expect(leftOut).toEqual([]);
    const text = formatRules(rules);
    expectGolden('products.rules.golden', text);
    expectGolden(
      'products.prometheusrules.golden',
      formatPrometheusRules({
        environment: 'production',
        namespace: 'monitoring',
        labels: { release: 'prometheus' },
        file: rules,
      }),
    );
    await runPromtool({ rules: text });
  });

  it('are those of the golden file for every kind of SLO, and say what has none', async () => {
    const { file: rules, leftOut } = generate([
      ...subjectsOf(EXAMPLE),
      ...subjectsOf(requestsSlo({ name: 'cart-availability' }), {
        entity: 'cart',
      }),
      ...subjectsOf(requestsSlo({ name: 'orders-availability' }), {
        entity: 'orders',
      }),
    ]);
    expect(leftOut).toEqual([
      {
        id: 'component~default~shop~warehouse-raw~production',
        reason: 'A raw ratio has no budget of occurrences',
      },
    ]);
    const text = formatRules(rules);
    expectGolden('everything.rules.golden', text);
    await runPromtool({ rules: text });
  });

  it('are right for the SLOs of every service of the shop', async () => {
    const folder = resolve(__dirname, '../../../../services');
    const services = readdirSync(folder).filter(service =>
      existsSync(resolve(folder, service, 'slo.yaml')),
    );
    expect(services.length).toBeGreaterThanOrEqual(10);
    const subjects = services.flatMap(entity =>
      subjectsOf(readFileSync(resolve(folder, entity, 'slo.yaml'), 'utf8'), {
        entity,
      }),
    );
    const { file, leftOut } = generate(subjects);
    expect(leftOut).toEqual([]);
    // A journey counts nothing itself, so that it has no rates.
    const journeys = subjects.filter(({ definition }) => definition.journey);
    expect(file.groups).toHaveLength(3 * subjects.length - journeys.length);
    // The shop uses each of these for real.
    const used = (is: (definition: SloDefinition) => boolean) =>
      subjects.filter(({ definition }) => is(definition)).length;
    expect(journeys.length).toBeGreaterThan(0);
    expect(
      used(({ timeWindow }) => timeWindow.kind === 'calendar'),
    ).toBeGreaterThan(0);
    expect(
      used(({ budgetingMethod }) => budgetingMethod === 'Timeslices'),
    ).toBeGreaterThan(0);
    expect(
      used(({ furtherWindows }) => furtherWindows.length > 1),
    ).toBeGreaterThan(0);
    await expect(
      runPromtool({ rules: formatRules(file) }),
    ).resolves.toBeUndefined();
  });

  it('are objects of the Prometheus Operator as well, with the same rules', async () => {
    const { file } = generate(subjectsOf(EXAMPLE));
    const options = {
      environment: 'production',
      namespace: 'monitoring',
      labels: { release: 'prometheus' },
    };
    const objects = (rules: typeof file) =>
      parseAllDocuments(formatPrometheusRules({ ...options, file: rules })).map(
        document => document.toJS(),
      );
    const small = objects(file);
    expect(small).toEqual([
      {
        apiVersion: 'monitoring.coreos.com/v1',
        kind: 'PrometheusRule',
        metadata: {
          name: 'slo-production-0',
          namespace: 'monitoring',
          labels: {
            release: 'prometheus',
            'app.kubernetes.io/managed-by': 'shopfloor',
            'app.kubernetes.io/part-of': 'slo',
            'shopfloor.dev/environment': 'production',
          },
        },
        spec: { groups: file.groups },
      },
    ]);
    // What the operator writes of them is what Prometheus takes.
    await runPromtool({ rules: stringify(small[0].spec) });

    // Of a thousand SLOs each object still fits into a ConfigMap, none is lost, and those of one SLO are together.
    const many = {
      groups: Array.from({ length: 100 }, (_, index) =>
        file.groups.map(group => ({
          ...group,
          name: `${index}~${group.name}`,
        })),
      ).flat(),
    };
    const large = objects(many);
    expect(large.length).toBeGreaterThan(10);
    expect(large.flatMap(({ spec }) => spec.groups)).toEqual(many.groups);
    const names = new Map<string, number>();
    large.forEach(({ metadata, spec }, index) => {
      expect(metadata.name).toBe(`slo-production-${index}`);
      expect(stringify(spec).length).toBeLessThan(1_048_576);
      for (const { name } of spec.groups) {
        const slo = name.slice(0, name.lastIndexOf(':'));
        expect(names.get(slo) ?? index).toBe(index);
        names.set(slo, index);
      }
    });
  });

  it('have routes to the owners as an object of the Prometheus Operator', () => {
    const text = formatOwnerRoutes({
      namespace: 'monitoring',
      labels: { release: 'prometheus' },
      owners: [
        { ref: 'group:default/orders-team', email: 'orders@shop.example' },
        { ref: 'group:default/cart-team', email: 'cart@shop.example' },
      ],
    });
    expect(text).toContain('kind: AlertmanagerConfig');
    expectGolden('owners.alertmanagerconfig.golden', text);
  });

  it('leave out a journey whose step is not there', () => {
    const { file, leftOut } = generate(
      subjectsOf(EXAMPLE).filter(
        ({ definition }) => definition.name === 'shop-journey',
      ),
    );
    expect(file.groups).toEqual([]);
    expect(leftOut).toEqual([
      expect.objectContaining({
        reason:
          'There is no SLO "cart-availability" of component:default/cart in production',
      }),
    ]);
  });

  it('take no text of a definition for a template', () => {
    const policies = `  alertPolicies:
    - kind: AlertPolicy
      metadata: { name: p }
      spec:
        alertWhenBreaching: true
        conditions:
          - metadata: { name: c }
            spec:
              severity: '{{ query "up" }}'
              condition: { kind: burnrate, threshold: 2, lookbackWindow: 1h, alertAfter: 0m }
`;
    const text = formatRules(
      generate(subjectsOf(requestsSlo({ policies }))).file,
    );
    const rules = parse(text).groups.flatMap((group: any) => group.rules);
    const policy = rules.find((rule: any) => rule.alert === 'SloAlertPolicy');
    expect(policy.labels.severity).toBe('{{ "{{" }} query "up" }}');
  });

  it('have the rows of their period: none that cannot fire or would fire inside the budget', () => {
    const rows = (options: Parameters<typeof requestsSlo>[0]) =>
      generate(subjectsOf(requestsSlo(options)))
        .file.groups.flatMap(({ rules }) => rules)
        .filter(({ alert }) => alert === 'SloBurnsBudget')
        .map(({ expr }) => Number(/> ([\d.e-]+)\)$/.exec(expr)![1]));
    // factor x (1 - target): 14.4, 6, 3, 1 of 0.001.
    expect(rows({})).toEqual([0.0144, 0.006, 0.003, 0.001]);
    // 90 %: 14.4 is above 10.
    expect(rows({ target: 0.9 })).toEqual([0.6, 0.3, 0.1]);
    // 7 days: 3.36 and 1.4; 0.7 would fire inside the budget.
    expect(rows({ window: '7d' })).toEqual([0.00336, 0.0014]);
  });
});
