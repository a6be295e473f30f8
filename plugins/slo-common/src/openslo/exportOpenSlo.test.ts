import { readFileSync } from 'fs';
import { resolve } from 'path';
import fc from 'fast-check';
import { exportOpenSlo } from './exportOpenSlo';
import { parseOpenSlo } from './parseOpenSlo';

const EXAMPLE = readFileSync(
  resolve(__dirname, 'testing/everything.yaml'),
  'utf8',
);

function documentsOf(text: string) {
  return parseOpenSlo(text, { file: 'slo.yaml' }).everything.map(
    ({ document }) => document,
  );
}

describe('export to OpenSLO', () => {
  it('gives back the file, comments and all', () => {
    const exported = exportOpenSlo({
      documents: documentsOf(EXAMPLE),
      source: EXAMPLE,
    });
    expect(documentsOf(exported)).toEqual(documentsOf(EXAMPLE));
    const comments = (text: string) => text.match(/# .*/g);
    expect(comments(exported)).toEqual(comments(EXAMPLE));
  });

  it('gives back the files of the services as they are written', () => {
    for (const service of ['products', 'orders', 'storefront']) {
      const file = resolve(
        __dirname,
        `../../../../services/${service}/slo.yaml`,
      );
      const text = readFileSync(file, 'utf8');
      expect(
        exportOpenSlo({ documents: documentsOf(text), source: text }),
      ).toBe(text);
    }
  });

  it('changes what was changed and keeps the rest', () => {
    const documents = structuredClone(documentsOf(EXAMPLE)) as any[];
    const composite = documents.find(
      ({ metadata }) => metadata.name === 'shop-composite',
    );
    composite.spec.objectives[0].compositeWeight = 4;
    composite.spec.objectives.push({ target: 0.5, indicatorRef: 'more' });
    composite.metadata.labels = { tier: '1' };
    delete composite.spec.budgetingMethod;
    const left = documents.filter(({ kind }) => kind !== 'Service');
    left.push({
      apiVersion: 'openslo/v1',
      kind: 'Service',
      metadata: { name: 'new' },
      spec: {},
    });
    const exported = exportOpenSlo({ documents: left, source: EXAMPLE });
    expect(documentsOf(exported)).toEqual(left);
    expect(exported).toContain('indicatorRef: checkout-errors # of a part');
    expect(exported).toContain('compositeWeight: 4');
  });

  const key = fc.oneof(
    fc.constantFrom('a', 'b', 'spec', 'x/y', '1', 'true', '~', '<<', '- a', ''),
    fc.string({ maxLength: 6 }),
  );
  const leaf = fc.oneof(
    fc.string({ maxLength: 30 }),
    fc.constantFrom(
      'null',
      'yes',
      '0x10',
      '1e3',
      '2026-01-01',
      '# no',
      ' a\n b\n',
      '\t',
      'a: b',
    ),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map(value => value + 0),
    fc.boolean(),
    fc.constant(null),
  );
  const { tree } = fc.letrec(tie => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      leaf,
      fc.array(tie('tree'), { maxLength: 3 }),
      fc.dictionary(key, tie('tree'), { maxKeys: 4, noNullPrototype: true }),
    ),
  }));
  const document = fc.record({
    apiVersion: fc.constant('openslo/v1'),
    kind: fc.constantFrom('SLO', 'Service', 'SLI'),
    metadata: fc.record({ name: fc.constantFrom('a', 'b') }),
    spec: fc.dictionary(key, tree, { maxKeys: 5, noNullPrototype: true }),
  });
  const plain = (value: unknown) => JSON.parse(JSON.stringify(value));

  it('is the same in meaning, whatever the documents hold', () => {
    fc.assert(
      fc.property(fc.array(document, { minLength: 1, maxLength: 3 }), drawn => {
        const documents = plain(drawn);
        const exported = exportOpenSlo({ documents });
        expect(documentsOf(exported)).toEqual(documents);
        expect(
          exportOpenSlo({ documents: documentsOf(exported), source: exported }),
        ).toBe(exported);
      }),
      { numRuns: 300 },
    );
  });

  it('becomes what it is changed to, whatever it was', () => {
    fc.assert(
      fc.property(
        fc.array(document, { minLength: 1, maxLength: 3 }),
        fc.array(document, { minLength: 1, maxLength: 3 }),
        (before, after) => {
          const source = exportOpenSlo({ documents: plain(before) });
          const exported = exportOpenSlo({ documents: plain(after), source });
          expect(documentsOf(exported)).toEqual(plain(after));
        },
      ),
      { numRuns: 300 },
    );
  });
});
