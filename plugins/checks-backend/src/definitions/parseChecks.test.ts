import { readFile, writeFile } from 'fs/promises';
import { resolve } from 'path';
import fc from 'fast-check';
import { RuleLanguage } from '../rules/RuleLanguage';
import { checkYaml } from '../__testUtils__/checkYaml';
import { checkSchema } from './checkSchema';
import { EvidenceTypes } from './compileCheck';
import { parseChecks } from './parseChecks';

const types: EvidenceTypes = new Map([
  ['alpha/workload', { object: { replicas: 'int' } }],
]);

describe('parseChecks', () => {
  let language: RuleLanguage;

  beforeAll(async () => {
    language = await RuleLanguage.create();
  });

  const parse = (text: string) =>
    parseChecks({ text, file: 'checks.yaml', types, language });

  it('reads several checks of a file', () => {
    const { checks, problems } = parse(
      `${checkYaml({ freshness: '90m' })}---\n${checkYaml({
        name: 'other',
        when: 'workload.replicas > 0',
      })}`,
    );
    expect(problems).toEqual([]);
    expect(checks.map(({ definition }) => definition)).toMatchObject([
      {
        name: 'two-replicas',
        freshnessSeconds: 5400,
        source: { file: 'checks.yaml', line: 1 },
      },
      { name: 'other', when: 'workload.replicas > 0', source: { line: 20 } },
    ]);
    expect(checks[1].judge({ workload: { replicas: 0 } })).toEqual({
      outcome: 'not-applicable',
    });
    expect(checks[0].judge({ workload: { replicas: 1 } })).toEqual({
      outcome: 'fail',
      words: { en: 'Runs 1', zh: '运行 1 个' },
    });
    expect(checks[0].judge({ workload: { replicas: 2 } })).toEqual({
      outcome: 'pass',
      words: { en: 'Two replicas', zh: '两个副本' },
    });
  });

  it.each<[string, (text: string) => string, number, string, string]>([
    [
      'a field that is missing',
      t => t.replace('  version: 1\n', ''),
      3,
      'metadata.version',
      'is missing',
    ],
    [
      'a language that is missing',
      t => t.replace(', zh: 两个副本', ''),
      7,
      'metadata.title.zh',
      'is missing',
    ],
    [
      'a field that there is not',
      t => t.replace('freshness:', 'fresh: 1h\n  freshness:'),
      13,
      'spec.fresh',
      'A check has no field spec.fresh',
    ],
    [
      'a category that there is not',
      t => t.replace('orchestration', 'speed'),
      6,
      'metadata.category',
      'must be one of ownership',
    ],
    [
      'a name with capitals',
      t => t.replace('two-replicas', 'TwoReplicas'),
      4,
      'metadata.name',
      'must match pattern',
    ],
    [
      'a duration without unit',
      t => t.replace('1h', '60'),
      13,
      'spec.freshness',
      'must be string',
    ],
    [
      'another kind',
      t => t.replace('kind: Check', 'kind: Scorecard'),
      2,
      'kind',
      'must be "Check"',
    ],
    [
      'a filter that is a text',
      t => t.replace('{ kind: Component, spec.type: service }', 'services'),
      11,
      'spec.appliesTo',
      'must be a mapping of fields',
    ],
    [
      'a variable that CEL does not take',
      t => t.replace('{ workload: alpha', '{ the-load: alpha'),
      12,
      'spec.reads.the-load',
      'has a name that a rule cannot use',
    ],
    [
      'evidence that nobody gives',
      t => t.replace('alpha/workload', 'alpha/pods'),
      12,
      'spec.reads.workload',
      'no collector gives alpha/pods',
    ],
    [
      'a rule of another type',
      t => t.replace('workload.replicas >= 2', 'workload.replicas + 2'),
      14,
      'spec.pass',
      'gives int, and bool is needed',
    ],
    [
      'words that do not fit',
      t =>
        t
          .replace("{{ string(workload.replicas) }}' ", "x' ")
          .replace(
            'Runs {{ string(workload.replicas) }}',
            'Runs {{ workload.size }}',
          ),
      17,
      'spec.words.fail.en',
      'No such key: size',
    ],
    [
      'text that is not YAML',
      t => t.replace('kind: Check', 'kind: [Check'),
      3,
      '',
      'Flow sequence',
    ],
    ['nothing', () => '', 1, '', 'has no check'],
    [
      'more than is read',
      t => t + '#'.repeat(210_000),
      1,
      '',
      'is larger than 200 KiB',
    ],
  ])('refuses %s at its line', (_, change, line, field, message) => {
    const { checks, problems } = parse(change(checkYaml()));
    expect(checks).toEqual([]);
    expect(problems[0]).toMatchObject({ file: 'checks.yaml', line, field });
    expect(problems[0].message).toContain(message);
  });

  it('refuses a name that a file uses twice, and keeps the others', () => {
    const { checks, problems, broken } = parse(
      [checkYaml(), checkYaml(), checkYaml({ name: 'broken', pass: '1' })].join(
        '---\n',
      ),
    );
    expect(checks).toHaveLength(1);
    expect(problems.map(({ field }) => field)).toEqual([
      'metadata.name',
      'spec.pass',
    ]);
    expect(broken).toEqual(['two-replicas', 'broken']);
  });

  it('never throws, whatever a file holds', () => {
    const lines = checkYaml().split('\n');
    fc.assert(
      fc.property(
        fc.nat(lines.length - 1),
        fc.string({ unit: 'grapheme', maxLength: 30 }),
        (at, text) => {
          const mutated = [...lines.slice(0, at), text, ...lines.slice(at + 1)];
          expect(() => parse(mutated.join('\n'))).not.toThrow();
        },
      ),
    );
  });

  it('has its schema beside the checks for editors', async () => {
    const file = resolve(
      __dirname,
      '../../../../platform/scorecards/checks/check.schema.json',
    );
    if (process.env.UPDATE_GENERATED) {
      await writeFile(file, `${JSON.stringify(checkSchema, undefined, 2)}\n`);
    }
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(checkSchema);
  });
});
