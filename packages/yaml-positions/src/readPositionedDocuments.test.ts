import fc from 'fast-check';
import { stringify } from 'yaml';
import { FieldPath, formatPath } from './fieldPath';
import { readPositionedDocuments } from './readPositionedDocuments';

const FILE = [
  '# two documents', //          1
  'kind: A', //                  2
  'spec:', //                    3
  '  objectives:', //            4
  '    - target: 0.9', //        5
  '      name: first', //        6
  '---', //                      7
  '', //                         8
  'kind: B', //                  9
  'spec: [1, two]', //          10
  '---', //                     11
  '',
].join('\n');

describe('readPositionedDocuments', () => {
  const [a, b, ...rest] = readPositionedDocuments(FILE, 'a.yaml');

  it.each<[FieldPath, number, number]>([
    [['kind'], 2, 1],
    [['spec', 'objectives', 0, 'target'], 5, 7],
    [['spec', 'objectives', 0], 5, 7],
    // What is not there is told at the nearest parent that is.
    [['spec', 'objectives', 0, 'missing'], 5, 7],
    [['spec', 'objectives', 7, 'target'], 4, 3],
    [['metadata', 'name'], 2, 1],
  ])('finds %j at line %i, column %i', (path, line, column) => {
    expect(a.problem(path, 'is wrong')).toEqual({
      file: 'a.yaml',
      line,
      column,
      field: formatPath(path),
      message: 'is wrong',
    });
  });

  it('counts lines over the whole file and leaves empty documents out', () => {
    expect(rest).toEqual([]);
    expect([a.line, b.line]).toEqual([2, 9]);
    expect(b.locate(['spec', 1])).toEqual({ line: 10, column: 11 });
    expect(b.toJS()).toEqual({ kind: 'B', spec: [1, 'two'] });
  });

  it('says where a file is not YAML, and refuses aliases that expand without bound', () => {
    const [broken] = readPositionedDocuments('a: 1\nb: [1\nc: 2\n', 'b.yaml');
    expect(broken.syntaxProblems[0]).toMatchObject({
      file: 'b.yaml',
      line: 3,
      field: '',
      message: expect.stringMatching(/^Not valid YAML: .+/),
    });
    const bomb = ['a: &a [x, x, x, x, x, x, x, x, x]']
      .concat(
        ['b', 'c', 'd', 'e'].map((name, index) => {
          const of = 'abcd'[index];
          return `${name}: &${name} [${Array(9).fill(`*${of}`).join(', ')}]`;
        }),
      )
      .join('\n');
    const [expanding] = readPositionedDocuments(bomb, 'c.yaml');
    expect(() => expanding.toJS()).toThrow(/alias/);
  });

  it('finds every field of whatever is written at a line that names it', () => {
    const name = fc.stringMatching(/^[a-z]{1,6}$/);
    fc.assert(
      fc.property(
        fc.dictionary(name, fc.dictionary(name, fc.integer()), { minKeys: 1 }),
        value => {
          const text = stringify(value);
          const [document] = readPositionedDocuments(text, 'd.yaml');
          for (const [outer, inner] of Object.entries(value)) {
            for (const key of [undefined, ...Object.keys(inner)]) {
              const path = key === undefined ? [outer] : [outer, key];
              const { line, column } = document.locate(path);
              const at = text.split('\n')[line - 1].slice(column - 1);
              expect(at.startsWith(`${path.at(-1)}:`)).toBe(true);
            }
          }
        },
      ),
    );
  });
});
