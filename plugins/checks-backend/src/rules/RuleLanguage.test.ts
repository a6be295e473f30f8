import fc from 'fast-check';
import { EvidenceType } from '@shopfloor/plugin-checks-node';
import { RuleLanguage, RuleScope } from './RuleLanguage';

const workload: EvidenceType = {
  object: {
    name: 'string',
    replicas: 'int',
    labels: { map: 'string' },
    'probe?': { object: { path: 'string', periodSeconds: 'int' } },
  },
};

describe('RuleLanguage', () => {
  let scope: RuleScope;

  beforeAll(async () => {
    scope = (await RuleLanguage.create()).scope({
      workloads: { list: workload },
      score: 'double',
      owner: 'string',
    });
  });

  const evidence = {
    workloads: [
      {
        name: 'orders-v1',
        replicas: 2,
        labels: { app: 'orders' },
        probe: { path: '/health/ready', periodSeconds: 2 },
      },
      { name: 'orders-v2', replicas: 1, labels: {} },
    ],
    score: 0.5,
    owner: 'group:default/checkout-team',
  };

  it.each([
    ['workloads.size() == 2', true],
    ['workloads.all(w, w.replicas >= 2)', false],
    ['workloads[0].replicas == 2', true],
    ['workloads.exists(w, has(w.probe) && w.probe.periodSeconds <= 2)', true],
    ['workloads.all(w, has(w.probe))', false],
    [
      'workloads.exists(w, "app" in w.labels && w.labels["app"] == "orders")',
      true,
    ],
    ['score > 0.4 && owner.startsWith("group:")', true],
    // One loop after another is not one in another.
    [
      'workloads.filter(a, workloads.exists(b, b.replicas > a.replicas)).map(a, a.name).all(n, n == "orders-v2")',
      true,
    ],
  ])('works out %s', (expression, expected) => {
    const compiled = scope.condition(expression);
    expect(compiled.problem).toBeUndefined();
    expect(compiled.expression!.evaluate(scope.values(evidence))).toBe(
      expected,
    );
  });

  it.each([
    ['workloads.all(w, w.replicsa > 1)', 'No such key: replicsa', 19],
    ['workloads.all(w, w.name > 1)', 'string > int', 17],
    ['unknown_thing', 'Unknown variable: unknown_thing', 0],
    ['workloads.size()', 'gives int, and bool is needed', undefined],
    ['owner ==', 'Unexpected token', 8],
    ['owner.matches("(a+)+$")', 'matches() is not part', undefined],
    [
      'workloads.all(a, workloads.all(b, workloads.all(c, a.name == c.name)))',
      'all() stands in 2 other loops',
      undefined,
    ],
    ['process.exit(1)', 'Unknown variable: process', 0],
  ])('refuses %s when it is compiled', (expression, message, offset) => {
    const { problem } = scope.condition(expression);
    expect(problem?.message).toContain(message);
    expect(problem?.offset).toBe(offset);
  });

  it('fails at work, and gives no outcome, when a field is absent that the rule did not ask for', () => {
    const { expression } = scope.condition(
      'workloads.all(w, w.probe.path == "/health/ready")',
    );
    expect(() => expression!.evaluate(scope.values(evidence))).toThrow(
      'No such key: probe',
    );
  });

  it('fills in texts', () => {
    const { expression } = scope.template(
      'Without a probe: {{ workloads.filter(w, !has(w.probe)).map(w, w.name).join(", ") }}.',
    );
    expect(expression!.evaluate(scope.values(evidence))).toBe(
      'Without a probe: orders-v2.',
    );
    expect(scope.template('{{ score }}').problem?.message).toContain(
      'gives double, and string is needed',
    );
    expect(scope.template('a {{ owner').problem).toEqual({
      message: '"{{" is not closed by "}}"',
      offset: 2,
    });
  });

  it.each([
    [{ ...evidence, score: 'high' }, 'score must be a number'],
    [
      { ...evidence, workloads: [{ name: 'x' }] },
      'workloads[0].replicas must be',
    ],
    [
      { ...evidence, workloads: [{ ...evidence.workloads[1], replicas: 1.5 }] },
      'workloads[0].replicas must be a whole number',
    ],
    [
      { ...evidence, workloads: [{ ...evidence.workloads[1], size: 1 }] },
      'workloads[0] has no field size',
    ],
    [{ ...evidence, owner: null }, 'owner must be a text'],
  ])('refuses evidence that is not of its type (%#)', (value, message) => {
    expect(() => scope.values(value as never)).toThrow(message);
  });

  it('never throws while compiling, whatever is written', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), text => {
        const { expression, problem } = scope.condition(text);
        expect([expression, problem].filter(Boolean)).toHaveLength(1);
        const template = scope.template(text);
        expect(
          [template.expression, template.problem].filter(Boolean),
        ).toHaveLength(1);
      }),
    );
  });

  it('goes through the largest lists in two loops, and refuses larger ones', () => {
    const { expression } = scope.condition(
      'workloads.all(a, !workloads.exists(b, a.name + "x" == b.name))',
    );
    const workloads = (length: number) =>
      Array.from({ length }, (_, index) => ({
        name: `w${index}`,
        replicas: 1,
        labels: {},
      }));
    expect(
      expression!.evaluate(
        scope.values({ ...evidence, workloads: workloads(500) }),
      ),
    ).toBe(true);
    expect(() =>
      scope.values({ ...evidence, workloads: workloads(501) }),
    ).toThrow('workloads must be a list of at most 500 items');
  });
});
