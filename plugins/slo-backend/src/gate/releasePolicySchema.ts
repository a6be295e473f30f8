const restriction = { enum: ['slow-down', 'freeze'] } as const;
const environments = {
  description: 'Names of environments; absent: all',
  type: 'array',
  minItems: 1,
  items: { type: 'string', pattern: '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$' },
} as const;
const moment = {
  type: 'string',
  pattern:
    '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d(:\\d\\d)?(Z|[+-]\\d\\d:\\d\\d)$',
} as const;
const words = { type: 'string', minLength: 1, maxLength: 500 } as const;

/**
 * The JSON Schema of a release policy. Editors read it as `platform/slo/release-policy.schema.json`, which
 * `node platform/slo/build.mts` writes from here.
 */
export const releasePolicySchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'Release policy',
  type: 'object',
  required: ['apiVersion', 'kind', 'metadata', 'spec'],
  additionalProperties: false,
  properties: {
    apiVersion: { const: 'shopfloor.dev/v1' },
    kind: { const: 'ReleasePolicy' },
    metadata: {
      type: 'object',
      required: ['name'],
      additionalProperties: false,
      properties: {
        name: {
          type: 'string',
          pattern: '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$',
        },
      },
    },
    spec: {
      type: 'object',
      required: ['rules'],
      additionalProperties: false,
      properties: {
        rules: {
          description: 'The first one that is about the environment counts',
          type: 'array',
          minItems: 1,
          maxItems: 50,
          items: {
            type: 'object',
            required: ['freezeAtBudget', 'slowDownBelowBudget', 'burning'],
            additionalProperties: false,
            properties: {
              environments,
              freezeAtBudget: {
                description:
                  'Freeze from this share of the budget left downwards; 0 is used up',
                type: 'number',
                minimum: -10,
                maximum: 1,
              },
              slowDownBelowBudget: {
                description: 'Slow down below this share of the budget left',
                type: 'number',
                minimum: -10,
                maximum: 1,
              },
              burning: {
                description:
                  'What a burning alert row does: one of up to six hours (page), and a longer one (ticket)',
                type: 'object',
                required: ['page', 'ticket'],
                additionalProperties: false,
                properties: { page: restriction, ticket: restriction },
              },
              withoutSlos: {
                description:
                  'What a service without an SLO there may do. Default unknown',
                enum: ['go', 'slow-down', 'unknown'],
              },
            },
          },
        },
        calendar: {
          description: 'Days on which releases are restricted',
          type: 'array',
          maxItems: 200,
          items: {
            type: 'object',
            required: ['name', 'reason', 'from', 'to', 'decision'],
            additionalProperties: false,
            properties: {
              name: words,
              reason: {
                type: 'object',
                required: ['en', 'zh'],
                additionalProperties: false,
                properties: { en: words, zh: words },
              },
              from: moment,
              to: moment,
              decision: restriction,
              environments,
              entities: {
                description: 'Entity refs; absent: all',
                type: 'array',
                minItems: 1,
                items: {
                  type: 'string',
                  pattern: '^[a-z]+:[a-z0-9-]+/[a-zA-Z0-9_.-]+$',
                },
              },
            },
          },
        },
      },
    },
  },
} as const;
