import { Ajv } from 'ajv';
import fc from 'fast-check';
import { DefinitionKind, readDefinitions } from './readDefinitions';

interface Rule {
  metadata: { name: string };
  spec: {
    least: number;
    most: number;
    kind?: string;
    of?: string | string[];
    labels?: Record<string, string>;
  };
}

const rules: DefinitionKind<Rule, { least: number; line: number }> = {
  noun: 'rule',
  nouns: 'rules',
  maxCharacters: 2048,
  validate: new Ajv({ allErrors: true, allowUnionTypes: true }).compile<Rule>({
    type: 'object',
    required: ['apiVersion', 'metadata', 'spec'],
    additionalProperties: false,
    properties: {
      apiVersion: { const: 'v1' },
      metadata: {
        type: 'object',
        required: ['name'],
        additionalProperties: false,
        properties: { name: { type: 'string', pattern: '^[a-z]+$' } },
      },
      spec: {
        type: 'object',
        required: ['least', 'most'],
        additionalProperties: false,
        properties: {
          least: { type: 'number', minimum: 0 },
          most: { type: 'number' },
          kind: { enum: ['soft', 'hard'] },
          of: {
            anyOf: [
              { type: 'string' },
              { type: 'array', items: { type: 'string' } },
            ],
          },
          labels: {
            type: 'object',
            propertyNames: { pattern: '^[a-z]+$' },
            additionalProperties: { type: 'string' },
          },
        },
      },
    },
  }),
  read: ({ spec }, { report, line }) => {
    if (spec.most < spec.least) {
      report(['spec', 'most'], 'The most must not be below the least');
    }
    return { least: spec.least, line };
  },
  describe: ({ keyword }, field) =>
    keyword === 'anyOf' ? `${field} must be a text or several` : undefined,
};

const RIGHT = `apiVersion: v1
metadata: { name: first }
spec:
  least: 1
  most: 2
  of: [a]
`;

const read = (text: string) =>
  readDefinitions(text, { file: 'rules.yaml', kind: rules });

describe('readDefinitions', () => {
  it('reads every document with the line where it begins', () => {
    const text = `${RIGHT}---\n\n${RIGHT.replace('first', 'second')}`;
    expect(read(text)).toEqual({
      definitions: [
        { name: 'first', line: 1, definition: { least: 1, line: 1 } },
        { name: 'second', line: 9, definition: { least: 1, line: 9 } },
      ],
      problems: [],
      broken: [],
    });
  });

  it.each<[string, string, number, string, string]>([
    ['  least: 1\n', '', 3, 'spec.least', 'spec.least is missing'],
    [
      'least:',
      'leest: 1\n  least:',
      4,
      'spec.leest',
      'A rule has no field spec.leest',
    ],
    ['v1', 'v2', 1, 'apiVersion', 'apiVersion must be "v1"'],
    ['least: 1', 'least: -1', 4, 'spec.least', 'spec.least must be >= 0'],
    [
      '  of:',
      '  kind: firm\n  of:',
      6,
      'spec.kind',
      'spec.kind must be one of soft, hard',
    ],
    // Of a choice and of a name only the outermost is told.
    ['[a]', '[1]', 6, 'spec.of', 'spec.of must be a text or several'],
    [
      '  of:',
      '  labels: { A/b: x }\n  of:',
      6,
      'spec.labels.A/b',
      'spec.labels.A/b property name must be valid',
    ],
    [
      'most: 2',
      'most: 0',
      5,
      'spec.most',
      'The most must not be below the least',
    ],
  ])('says of %j as %j where and what', (from, to, line, field, message) => {
    const { definitions, problems, broken } = read(RIGHT.replace(from, to));
    expect(definitions).toEqual([]);
    expect(broken).toEqual(['first']);
    expect(problems).toEqual([
      {
        file: 'rules.yaml',
        name: 'first',
        line,
        column: expect.any(Number),
        field,
        message,
      },
    ]);
  });

  it('uses what is right beside what is wrong, and of two with one name the first', () => {
    const { definitions, problems, broken } = read(
      [
        RIGHT,
        RIGHT.replace('first', 'second').replace('2', 'two'),
        RIGHT.replace('least: 1', 'least: 0'),
      ].join('---\n'),
    );
    expect(definitions.map(({ definition }) => definition.least)).toEqual([1]);
    expect(problems.map(({ field, name }) => [field, name])).toEqual([
      ['spec.most', 'second'],
      ['metadata.name', 'first'],
    ]);
    expect(broken).toEqual(['second', 'first']);
  });

  it.each([
    ['# nothing\n', 'The file has no rule'],
    ['#'.repeat(3000), 'The file is larger than 2 KiB'],
    ['a: [', 'Not valid YAML'],
    ['a: *nobody', 'Not valid YAML'],
    ['- a', 'The document must be object'],
  ])('refuses %j as a whole', (text, message) => {
    const { definitions, problems } = read(text);
    expect(definitions).toEqual([]);
    expect(problems[0]).toMatchObject({ file: 'rules.yaml', field: '' });
    expect(problems[0].message).toContain(message);
  });

  it('never throws, and has a problem or a definition for whatever a file holds', () => {
    const lines = RIGHT.split('\n');
    fc.assert(
      fc.property(
        fc.nat(lines.length - 1),
        fc.string({ unit: 'grapheme', maxLength: 30 }),
        (at, text) => {
          const mutated = [...lines.slice(0, at), text, ...lines.slice(at + 1)];
          const { definitions, problems } = read(mutated.join('\n'));
          expect(definitions.length + problems.length).toBeGreaterThan(0);
        },
      ),
    );
  });
});
