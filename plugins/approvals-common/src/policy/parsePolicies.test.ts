import { parsePolicies } from './parsePolicies';

const POLICY = `apiVersion: shopfloor.dev/v1
kind: ApprovalPolicy
metadata:
  name: risky
  title: { en: Risky, zh: 有风险 }
  description: { en: Risky changes, zh: 有风险的变更 }
spec:
  plugin: traffic
  appliesTo:
    types: [traffic-change]
  stages:
    - name: owners
      title: { en: Owners, zh: 负责人 }
      approvers:
        entityOwners: true
        groups: [group:default/Platform-Team]
  expiresAfterHours: 48
  escalation:
    afterHours: 8
    fallback: [user:default/Ada]
  reminders:
    everyWorkingHours: 4
    workingHours:
      timeZone: Europe/Berlin
      days: [mon, fri]
      from: '09:00'
      to: '17:00'
  autoApprove:
    risks: [low]
    reason: { en: Small, zh: 很小 }
  breakGlass:
    groups: [group:default/security-team]
    reviewWithinHours: 24
    reviewers: [group:default/platform-team]
`;

const read = (text: string) => parsePolicies(text, { file: 'risky.yaml' });

describe('a file of policies', () => {
  it('is read with its defaults, refs in lower case', () => {
    const { policies, problems } = read(POLICY);
    expect(problems).toEqual([]);
    expect(policies).toEqual([
      {
        line: 1,
        policy: {
          name: 'risky',
          title: { en: 'Risky', zh: '有风险' },
          description: { en: 'Risky changes', zh: '有风险的变更' },
          plugin: 'traffic',
          appliesTo: { types: ['traffic-change'] },
          stages: [
            {
              name: 'owners',
              title: { en: 'Owners', zh: '负责人' },
              quorum: 1,
              approvers: {
                groups: ['group:default/platform-team'],
                entityOwners: true,
              },
            },
          ],
          separateStages: true,
          denials: 1,
          delegation: true,
          expiresAfterHours: 48,
          escalation: { afterHours: 8, fallback: ['user:default/ada'] },
          reminders: {
            everyWorkingHours: 4,
            workingHours: {
              timeZone: 'Europe/Berlin',
              days: ['mon', 'fri'],
              from: '09:00',
              to: '17:00',
            },
          },
          autoApprove: { risks: ['low'], reason: { en: 'Small', zh: '很小' } },
          breakGlass: {
            groups: ['group:default/security-team'],
            requesterMay: false,
            reviewWithinHours: 24,
            reviewers: ['group:default/platform-team'],
          },
        },
      },
    ]);
  });

  it.each<[string, string, string, number, string, string]>([
    [
      'a field that is not there',
      '  plugin: traffic\n',
      '',
      7,
      'spec.plugin',
      'spec.plugin is missing',
    ],
    [
      'a misspelt field',
      'entityOwners',
      'entityOwner',
      15,
      'spec.stages[0].approvers.entityOwner',
      'A policy has no field spec.stages[0].approvers.entityOwner',
    ],
    [
      'a stage that everybody completes',
      '      approvers:',
      '      quorum: 0\n      approvers:',
      14,
      'spec.stages[0].quorum',
      'spec.stages[0].quorum must be >= 1',
    ],
    [
      'a ref that is none',
      'user:default/Ada',
      'Ada',
      20,
      'spec.escalation.fallback[0]',
      'must match pattern',
    ],
    [
      'an unknown risk',
      'risks: [low]',
      'risks: [tiny]',
      29,
      'spec.autoApprove.risks[0]',
      'must be one of low, medium',
    ],
    [
      'high risk that needs nobody',
      'risks: [low]',
      'risks: [high]',
      29,
      'spec.autoApprove.risks[0]',
      'must be one of low, medium',
    ],
    [
      'a place that is none',
      'Europe/Berlin',
      'Europe/Bärlin',
      24,
      'spec.reminders.workingHours.timeZone',
      'There is no time zone "Europe/Bärlin"',
    ],
    [
      'a day that ends before it begins',
      "to: '17:00'",
      "to: '09:00'",
      27,
      'spec.reminders.workingHours.to',
      'must be later than 09:00',
    ],
    [
      'an escalation after the end',
      'afterHours: 8',
      'afterHours: 48',
      19,
      'spec.escalation.afterHours',
      'never happens',
    ],
    [
      'too few people for a quorum',
      `        entityOwners: true
        groups: [group:default/Platform-Team]`,
      `        groups: [user:default/ada]
      quorum: 2`,
      16,
      'spec.stages[0].quorum',
      '2 people must approve, but only 1 may',
    ],
    [
      'an automatic approval outside of its scope',
      'types: [traffic-change]',
      'types: [traffic-change]\n    risks: [high]',
      30,
      'spec.autoApprove.risks[0]',
      'does not apply to low',
    ],
    [
      'an automatic approval in production',
      'risks: [low]',
      'risks: [low]\n    production: true',
      30,
      'spec.autoApprove.production',
      'must be false',
    ],
    ['no YAML', 'kind: ApprovalPolicy', 'kind: [', 3, '', 'Not valid YAML'],
  ])('with %s says where', (_, from, to, line, field, message) => {
    expect(POLICY).toContain(from);
    const { policies, problems } = read(POLICY.replace(from, to));
    expect(policies).toEqual([]);
    expect(problems[0]).toMatchObject({
      file: 'risky.yaml',
      line,
      field,
      message: expect.stringContaining(message),
    });
  });

  it('approves nothing by itself outside of production when it is for production alone', () => {
    const outside = POLICY.replace(
      'risks: [low]',
      'risks: [low]\n    production: false',
    );
    expect(read(outside)).toMatchObject({
      problems: [],
      policies: [{ policy: { autoApprove: { production: false } } }],
    });
    const { policies, problems } = read(
      outside.replace(
        'types: [traffic-change]',
        'types: [traffic-change]\n    production: true',
      ),
    );
    expect(policies).toEqual([]);
    expect(problems).toMatchObject([
      {
        line: 31,
        field: 'spec.autoApprove.production',
        message: expect.stringContaining('applies to production alone'),
      },
    ]);
  });

  it('keeps what is right beside what is wrong', () => {
    const other = POLICY.replace('name: risky', 'name: other');
    const { policies, problems } = read(
      [POLICY, other, POLICY.replace('spec:', 'spec: 1')].join('---\n'),
    );
    expect(policies.map(({ policy }) => policy.name)).toEqual([
      'risky',
      'other',
    ]);
    expect(problems.length).toBeGreaterThan(0);
    expect(read([POLICY, POLICY].join('---\n')).problems).toMatchObject([
      { field: 'metadata.name', policy: 'risky' },
    ]);
  });

  it('that is empty or too large says so', () => {
    expect(read('# nothing\n').problems[0].message).toBe(
      'The file has no policy',
    );
    expect(read('#'.repeat(300 * 1024)).problems[0].message).toBe(
      'The file is larger than 256 KiB',
    );
  });
});
