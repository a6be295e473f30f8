import { readFileSync } from 'fs';
import { resolvePackagePath } from '@backstage/backend-plugin-api';
import { parseOpenSlo } from '@shopfloor/plugin-slo-common';
import { availabilitySlo } from '../testing/slos';
import { exportSlos } from './exportSlos';

const everything = readFileSync(
  resolvePackagePath(
    '@shopfloor/plugin-slo-common',
    'src/openslo/testing/everything.yaml',
  ),
  'utf8',
);
const from = { entityRef: 'component:default/products', file: 'slo.yaml' };

function documentsOf(text: string) {
  return parseOpenSlo(text, { file: 'slo.yaml' }).everything.map(
    ({ kind, name, document }) => ({ kind, name, document }),
  );
}

describe('exportSlos', () => {
  it('writes a whole file back without loss, comments too', () => {
    const content = `# Ours\n${everything}`;
    const text = exportSlos({ ...from, content });
    expect(documentsOf(text)).toEqual(documentsOf(everything));
    expect(text).toContain('# Ours');
    expect(text).toMatch(
      /^# OpenSLO of component:default\/products, from slo.yaml\n/,
    );
  });

  it('says at the top what is not evaluated, with its line and reason', () => {
    const { problems } = parseOpenSlo(everything, { file: 'slo.yaml' });
    const unsupported = problems.filter(
      ({ severity }) => severity === 'unsupported',
    );
    expect(unsupported.length).toBeGreaterThan(0);
    const text = exportSlos({ ...from, content: everything });
    for (const { line, field, message } of unsupported) {
      expect(text).toContain(
        `# Not evaluated: line ${line}, ${field}: ${message.replace(/\n+/g, ' ')}`,
      );
    }
  });

  it('takes one SLO with what it refers to, also through others, and nothing else', () => {
    const content = [
      'apiVersion: openslo/v1\nkind: Service\nmetadata: { name: products }\nspec: {}\n',
      'apiVersion: openslo/v1\nkind: Service\nmetadata: { name: cart }\nspec: {}\n',
      `${availabilitySlo().replace(
        '  budgetingMethod',
        '  budgetingMethod',
      )}  alertPolicies:\n    - fast\n`,
      availabilitySlo({ name: 'other' }),
      'apiVersion: openslo/v1\nkind: AlertPolicy\nmetadata: { name: fast }\nspec:\n  conditions:\n    - conditionRef: burns\n  notificationTargets: []\n',
      'apiVersion: openslo/v1\nkind: AlertCondition\nmetadata: { name: burns }\nspec:\n  severity: page\n  condition: { kind: burnrate, op: gte, threshold: 2, lookbackWindow: 1h, alertAfter: 5m }\n',
    ].join('---\n');
    const slo = documentsOf(content).find(
      ({ name }) => name === 'products-availability',
    )!;
    const text = exportSlos({
      ...from,
      content,
      slo: { name: slo.name!, document: slo.document },
    });
    expect(
      documentsOf(text).map(({ kind, name }) => `${kind}/${name}`),
    ).toEqual([
      'Service/products',
      'SLO/products-availability',
      'AlertPolicy/fast',
      'AlertCondition/burns',
    ]);
  });

  it('writes the definition in use when the file has lost it', () => {
    const document = documentsOf(availabilitySlo())[0].document;
    const text = exportSlos({
      ...from,
      content: 'not: [yaml',
      slo: { name: 'products-availability', document },
    });
    expect(documentsOf(text)).toEqual([
      { kind: 'SLO', name: 'products-availability', document },
    ]);
    expect(text).toMatch(/# error: line 1/);
  });

  it('hands out a text that is no YAML as it is, with what is wrong', () => {
    const text = exportSlos({ ...from, content: 'not: [yaml' });
    expect(text).toMatch(/# error: line 1/);
    expect(text.endsWith('not: [yaml')).toBe(true);
  });

  it('never lets a message out of its comment', () => {
    const content = availabilitySlo().replace(
      'spec:\n',
      'spec:\n  "a\\nkind: Evil": 1\n',
    );
    const text = exportSlos({ ...from, content });
    expect(documentsOf(text)).toEqual(documentsOf(content));
    expect(text).not.toMatch(/^kind: Evil/m);
  });
});
