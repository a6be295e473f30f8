import { parseScorecards } from './parseScorecards';

const RIGHT = `apiVersion: shopfloor.dev/v1
kind: Scorecard
metadata:
  name: readiness
  title: { en: Readiness, zh: 就绪 }
  description: { en: Ready, zh: 就绪 }
spec:
  owner: group:default/platform-team
  appliesTo:
    - kind: Component
      spec.type: [service, website]
  categories:
    - name: docs
      title: { en: Documentation, zh: 文档 }
  levels:
    - name: bronze
      title: { en: Bronze, zh: 铜 }
      threshold: 75
    - name: silver
      title: { en: Silver, zh: 银 }
  checks:
    - check: readme
      level: bronze
      category: docs
      weight: 3
    - check: runbook
      level: silver
      category: docs
`;

function problemsOf(text: string) {
  const { definitions, problems } = parseScorecards(text, { file: 's.yaml' });
  expect(definitions).toEqual([]);
  return problems.map(({ line, field, message }) => [line, field, message]);
}

describe('parseScorecards', () => {
  it('reads a definition and fills in what was left out', () => {
    const { definitions, problems } = parseScorecards(`# first\n${RIGHT}`, {
      file: 's.yaml',
    });
    expect(problems).toEqual([]);
    expect(definitions).toEqual([
      {
        line: 2,
        definition: expect.objectContaining({
          name: 'readiness',
          draft: false,
          states: { ok: 90, atRisk: 70 },
          levels: [
            expect.objectContaining({ name: 'bronze', threshold: 75 }),
            expect.objectContaining({ name: 'silver', threshold: 100 }),
          ],
          checks: [
            { check: 'readme', level: 'bronze', category: 'docs', weight: 3 },
            { check: 'runbook', level: 'silver', category: 'docs', weight: 1 },
          ],
        }),
      },
    ]);
  });

  it.each([
    [
      'a threshold above 100',
      ['threshold: 75', 'threshold: 120'],
      [[18, 'spec.levels[0].threshold', expect.stringContaining('<= 100')]],
    ],
    [
      'a field that is missing',
      ['  owner: group:default/platform-team\n', ''],
      [[7, 'spec.owner', 'spec.owner is missing']],
    ],
    [
      'a field that there is not',
      ['weight: 3', 'wheight: 3'],
      [
        [
          25,
          'spec.checks[0].wheight',
          'A scorecard has no field spec.checks[0].wheight',
        ],
      ],
    ],
    [
      'a level that is not defined',
      ['level: silver', 'level: gold'],
      [
        [
          27,
          'spec.checks[1].level',
          'There is no level "gold"; there are bronze, silver',
        ],
        [
          19,
          'spec.levels[1].name',
          expect.stringContaining('asks for no check'),
        ],
      ],
    ],
    [
      'a check twice',
      ['check: runbook', 'check: readme'],
      [[26, 'spec.checks[1].check', expect.stringContaining('twice')]],
    ],
    [
      'thresholds of states the wrong way round',
      ['  levels:', '  states: { ok: 60, atRisk: 70 }\n  levels:'],
      [
        [
          15,
          'spec.states.atRisk',
          expect.stringContaining('must not be above ok'),
        ],
      ],
    ],
    [
      'another version of the format',
      ['shopfloor.dev/v1', 'shopfloor.dev/v9'],
      [[1, 'apiVersion', 'apiVersion must be "shopfloor.dev/v1"']],
    ],
    [
      'a filter on a field that entities do not have',
      ['kind: Component', 'type: Component'],
      [[10, 'spec.appliesTo[0].type', expect.stringContaining('begin with')]],
    ],
    [
      'YAML that is none',
      ['kind: Scorecard', 'kind: [Scorecard'],
      [[expect.any(Number), '', expect.stringContaining('Not valid YAML')]],
    ],
  ])('names line and field of %s', (_, [from, to], expected) => {
    expect(
      problemsOf(RIGHT.replace(from, to)).slice(0, expected.length),
    ).toEqual(expected);
  });

  it('refuses what is no scorecard at all', () => {
    expect(problemsOf('')).toEqual([[1, '', 'The file has no scorecard']]);
    expect(problemsOf('- a')[0][2]).toContain('must be object');
    expect(problemsOf('x'.repeat(600_000))[0][2]).toContain('512 KiB');
  });

  it('uses the right documents of a file beside a wrong one', () => {
    const { definitions, problems } = parseScorecards(
      `${RIGHT}---\n${RIGHT.replace('name: readiness', 'name: other').replace(
        'weight: 3',
        'weight: 0',
      )}---\n${RIGHT}`,
      { file: 's.yaml' },
    );
    expect(definitions.map(({ definition }) => definition.name)).toEqual([
      'readiness',
    ]);
    expect(
      problems.map(({ scorecard, field, line }) => [scorecard, field, line]),
    ).toEqual([
      ['other', 'spec.checks[0].weight', 54],
      ['readiness', 'metadata.name', 62],
    ]);
  });
});
