import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { parsePolicies } from './parsePolicies';
import { policySchema } from './policySchema';
import { overlaps, selectPolicy } from './selectPolicy';

const platform = join(__dirname, '../../../../platform');
const folder = join(platform, 'approvals');

describe('the policies of this repository', () => {
  const parsed = readdirSync(folder)
    .filter(file => file.endsWith('.yaml'))
    .map(file =>
      parsePolicies(readFileSync(join(folder, file), 'utf8'), { file }),
    );
  const policies = parsed.flatMap(file =>
    file.policies.map(({ policy }) => policy),
  );

  it('are right and told apart', () => {
    expect(parsed.flatMap(({ problems }) => problems)).toEqual([]);
    expect(policies.map(({ name }) => name).sort()).toEqual([
      'risky-traffic',
      'scorecard-waiver',
      'secret-access',
      'secret-production',
      'secret-renewal',
      'slo-past-maintenance',
    ]);
    for (const policy of policies) {
      for (const other of policies) {
        expect(policy !== other && overlaps(policy, other)).toBe(false);
      }
    }
  });

  it('ask the same for a secret of production, whatever its environment is called', () => {
    const policyOf = (environment: string, production: boolean | undefined) =>
      selectPolicy(policies, {
        plugin: 'secrets',
        type: 'secret-access',
        environment,
        production,
        risk: 'medium',
      })?.name;
    expect(policyOf('production', true)).toBe('secret-production');
    expect(policyOf('europe', true)).toBe('secret-production');
    expect(policyOf('europe', undefined)).toBe('secret-production');
    expect(policyOf('production', false)).toBe('secret-access');
    expect(policyOf('staging', false)).toBe('secret-access');
  });

  it('name groups that there are', () => {
    const known = parseAllDocuments(
      readFileSync(join(platform, 'identity/people.yaml'), 'utf8'),
    )
      .map(document => document.toJS())
      .filter(({ kind }) => kind === 'Group')
      .map(({ metadata }) => `group:default/${metadata.name}`);
    const named = policies.flatMap(({ stages, escalation, breakGlass }) => [
      ...stages.flatMap(({ approvers }) => approvers.groups),
      ...(escalation?.fallback ?? []),
      ...(breakGlass?.groups ?? []),
      ...(breakGlass?.reviewers ?? []),
    ]);
    expect(named.filter(ref => !known.includes(ref))).toEqual([]);
  });

  it('have the schema that editors read', () => {
    expect(
      JSON.parse(
        readFileSync(join(folder, 'approval-policy.schema.json'), 'utf8'),
      ),
    ).toEqual(JSON.parse(JSON.stringify(policySchema)));
  });
});
