const text = {
  type: 'object',
  required: ['en', 'zh'],
  additionalProperties: false,
  properties: {
    en: { type: 'string', minLength: 1, maxLength: 2000 },
    zh: { type: 'string', minLength: 1, maxLength: 2000 },
  },
} as const;

const name = {
  type: 'string',
  pattern: '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$',
} as const;

const names = {
  type: 'array',
  minItems: 1,
  maxItems: 50,
  uniqueItems: true,
  items: name,
} as const;

const risks = {
  type: 'array',
  minItems: 1,
  uniqueItems: true,
  items: { enum: ['low', 'medium', 'high'] },
} as const;

const people = {
  description: 'Entity refs of groups or users',
  type: 'array',
  minItems: 1,
  maxItems: 50,
  uniqueItems: true,
  items: {
    type: 'string',
    pattern: '^(group|user):[a-z0-9-]+/[a-zA-Z0-9_.-]+$',
  },
} as const;

const hours = { type: 'integer', minimum: 1, maximum: 8760 } as const;

const clock = '^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$';

/**
 * The JSON Schema of a document of a policy. Editors read it as `platform/approvals/approval-policy.schema.json`, which
 * `node platform/approvals/build.mts` writes from here.
 */
export const policySchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'ApprovalPolicy',
  type: 'object',
  required: ['apiVersion', 'kind', 'metadata', 'spec'],
  additionalProperties: false,
  properties: {
    apiVersion: { const: 'shopfloor.dev/v1' },
    kind: { const: 'ApprovalPolicy' },
    metadata: {
      type: 'object',
      required: ['name', 'title', 'description'],
      additionalProperties: false,
      properties: { name, title: text, description: text },
    },
    spec: {
      type: 'object',
      required: ['plugin', 'appliesTo', 'stages', 'expiresAfterHours'],
      additionalProperties: false,
      properties: {
        plugin: { ...name, description: 'The plugin that may ask under it' },
        appliesTo: {
          description:
            'Of the policies that fit the narrowest is used: environments tell more than production, and that more than risks',
          type: 'object',
          required: ['types'],
          additionalProperties: false,
          properties: {
            types: names,
            environments: names,
            production: {
              description:
                'Whether environments are production, by their flag in the configuration and not their name. One of which that is not known counts as production',
              type: 'boolean',
            },
            risks,
          },
        },
        stages: {
          description: 'In order; each begins when the one before is complete',
          type: 'array',
          minItems: 1,
          maxItems: 10,
          items: {
            type: 'object',
            required: ['name', 'title', 'approvers'],
            additionalProperties: false,
            properties: {
              name,
              title: text,
              quorum: {
                description: 'How many different people approve. Default 1',
                type: 'integer',
                minimum: 1,
                maximum: 20,
              },
              approvers: {
                type: 'object',
                minProperties: 1,
                additionalProperties: false,
                properties: {
                  groups: people,
                  entityOwners: {
                    description: "The owners of the subject's entity",
                    const: true,
                  },
                },
              },
            },
          },
        },
        separateStages: {
          description:
            'Who counted in one stage does not count in another. Default true',
          type: 'boolean',
        },
        denials: {
          description:
            'How many different people deny before the request is denied. Default 1',
          type: 'integer',
          minimum: 1,
          maximum: 20,
        },
        expiresAfterHours: hours,
        escalation: {
          type: 'object',
          required: ['afterHours', 'fallback'],
          additionalProperties: false,
          properties: {
            afterHours: { ...hours, description: 'After the stage began' },
            fallback: people,
          },
        },
        reminders: {
          type: 'object',
          required: ['everyWorkingHours', 'workingHours'],
          additionalProperties: false,
          properties: {
            everyWorkingHours: { type: 'integer', minimum: 1, maximum: 1000 },
            workingHours: {
              type: 'object',
              required: ['timeZone', 'days', 'from', 'to'],
              additionalProperties: false,
              properties: {
                timeZone: { type: 'string', minLength: 1 },
                days: {
                  type: 'array',
                  minItems: 1,
                  uniqueItems: true,
                  items: {
                    enum: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'],
                  },
                },
                from: { type: 'string', pattern: clock },
                to: { type: 'string', pattern: clock },
              },
            },
          },
        },
        delegation: {
          description:
            'Whether a delegate may decide in the place of an approver. Default true',
          type: 'boolean',
        },
        autoApprove: {
          description: 'What needs nobody, and why',
          type: 'object',
          required: ['risks', 'reason'],
          additionalProperties: false,
          properties: {
            risks: { ...risks, items: { enum: ['low', 'medium'] } },
            environments: names,
            production: {
              description: 'Only what is known not to be production',
              const: false,
            },
            reason: text,
          },
        },
        breakGlass: {
          description: 'Who may go ahead without a quorum in an emergency',
          type: 'object',
          required: ['groups', 'reviewWithinHours', 'reviewers'],
          additionalProperties: false,
          properties: {
            groups: people,
            requesterMay: {
              description: 'Whether who asked may too. Default false',
              type: 'boolean',
            },
            reviewWithinHours: hours,
            reviewers: people,
          },
        },
      },
    },
  },
} as const;
