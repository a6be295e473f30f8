import { readFileSync } from 'fs';
import { join } from 'path';
import { parseReleasePolicy } from './parseReleasePolicy';
import { releasePolicySchema } from './releasePolicySchema';

const folder = join(__dirname, '../../../../platform/slo');
const SHIPPED = readFileSync(join(folder, 'release-policy.yaml'), 'utf8');

const parse = (text: string) =>
  parseReleasePolicy(text, { file: 'release-policy.yaml' });

describe('parseReleasePolicy', () => {
  it('reads the shipped policy, whose schema is the one that is validated with', () => {
    const { policy, problems } = parse(SHIPPED);
    expect(problems).toEqual([]);
    expect(policy?.rules.map(rule => rule.environments)).toEqual([
      ['production'],
      undefined,
    ]);
    expect(
      JSON.parse(
        readFileSync(join(folder, 'release-policy.schema.json'), 'utf8'),
      ),
    ).toEqual(JSON.parse(JSON.stringify(releasePolicySchema)));
  });

  it('takes a service without SLOs as unknown unless it says otherwise', () => {
    const { policy } = parse(SHIPPED.replace('      withoutSlos: go\n', ''));
    expect(policy?.rules[1].withoutSlos).toBe('unknown');
  });

  it.each<[string, string, string, RegExp]>([
    [
      'freezeAtBudget: 0\n',
      'freezeAtBudget: none\n',
      'spec.rules[0].freezeAtBudget',
      /number/,
    ],
    [
      'page: freeze',
      'page: stop',
      'spec.rules[0].burning.page',
      /slow-down, freeze/,
    ],
    [
      'slowDownBelowBudget: 0.25',
      'slowDownBelowBudget: -1',
      'spec.rules[0].slowDownBelowBudget',
      /at least freezeAtBudget/,
    ],
    [
      '    - environments: [production]\n      freezeAt',
      '    - freezeAt',
      'spec.rules[1]',
      /never counts/,
    ],
    [
      'from: 2026-12-22T18:00:00+01:00',
      'from: 2026-12-22',
      'spec.calendar[0].from',
      /pattern/,
    ],
    [
      'from: 2026-12-22T18:00:00+01:00',
      'from: 2026-13-22T18:00:00+01:00',
      'spec.calendar[0].from',
      /no moment/,
    ],
    [
      'to: 2027-01-04',
      'to: 2026-01-04',
      'spec.calendar[0].to',
      /before it begins/,
    ],
    [
      'decision: freeze',
      'decision: freeze\n      colour: red',
      'spec.calendar[0].colour',
      /has no field/,
    ],
  ])('refuses %j as %j, with its field', (from, to, field, message) => {
    const text = SHIPPED.replace(from, to);
    expect(text).not.toBe(SHIPPED);
    const { policy, problems } = parse(text);
    expect(policy).toBeUndefined();
    expect(problems).toContainEqual(
      expect.objectContaining({
        file: 'release-policy.yaml',
        line: expect.any(Number),
        field,
        message: expect.stringMatching(message),
      }),
    );
  });

  it('refuses what is no single document', () => {
    expect(parse('').problems[0].message).toContain('has no release policy');
    const another = SHIPPED.replace(/name: \S+/, 'name: another');
    expect(parse(`${SHIPPED}---\n${another}`).problems[0].message).toContain(
      'has 2',
    );
    expect(parse(`${SHIPPED}---\n${SHIPPED}`).policy).toBeUndefined();
    expect(parse('a: [').problems).not.toEqual([]);
  });
});
