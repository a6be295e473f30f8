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

const percent = { type: 'integer', minimum: 1, maximum: 100 } as const;

/**
 * The JSON Schema of a scorecard document. Editors read it as `platform/scorecards/scorecard.schema.json`, which
 * `node platform/scorecards/build.mts` writes from here.
 */
export const scorecardSchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'Scorecard',
  type: 'object',
  required: ['apiVersion', 'kind', 'metadata', 'spec'],
  additionalProperties: false,
  properties: {
    apiVersion: { const: 'shopfloor.dev/v1' },
    kind: { const: 'Scorecard' },
    metadata: {
      type: 'object',
      required: ['name', 'title', 'description'],
      additionalProperties: false,
      properties: { name, title: text, description: text },
    },
    spec: {
      type: 'object',
      required: ['owner', 'appliesTo', 'categories', 'levels', 'checks'],
      additionalProperties: false,
      properties: {
        owner: {
          description: 'Entity ref of a group',
          type: 'string',
          pattern: '^group:[a-z0-9-]+/[a-zA-Z0-9_.-]+$',
        },
        draft: {
          description: 'Grades silently. Default false',
          type: 'boolean',
        },
        appliesTo: {
          description: 'Any of the alternatives, all keys of one',
          type: 'array',
          minItems: 1,
          maxItems: 20,
          items: {
            type: 'object',
            minProperties: 1,
            propertyNames: { pattern: '^(kind|metadata\\.|spec\\.)' },
            additionalProperties: {
              anyOf: [
                { type: 'string', minLength: 1 },
                { const: true },
                {
                  type: 'array',
                  minItems: 1,
                  items: { type: 'string', minLength: 1 },
                },
              ],
            },
          },
        },
        states: {
          description:
            'Score in percent from which a service is ok, and from which it is at risk. Default 90 and 70',
          type: 'object',
          required: ['ok', 'atRisk'],
          additionalProperties: false,
          properties: { ok: percent, atRisk: percent },
        },
        categories: {
          type: 'array',
          minItems: 1,
          maxItems: 30,
          items: {
            type: 'object',
            required: ['name', 'title'],
            additionalProperties: false,
            properties: { name, title: text },
          },
        },
        levels: {
          description: 'Lowest first; each requires the ones below',
          type: 'array',
          minItems: 1,
          maxItems: 10,
          items: {
            type: 'object',
            required: ['name', 'title'],
            additionalProperties: false,
            properties: {
              name,
              title: text,
              threshold: {
                ...percent,
                description:
                  'How much of the weight of its checks must pass, in percent. Default 100',
              },
            },
          },
        },
        checks: {
          type: 'array',
          minItems: 1,
          maxItems: 200,
          items: {
            type: 'object',
            required: ['check', 'level', 'category'],
            additionalProperties: false,
            properties: {
              check: name,
              level: name,
              category: name,
              weight: {
                type: 'integer',
                minimum: 1,
                maximum: 100,
                description: 'Default 1',
              },
            },
          },
        },
      },
    },
  },
} as const;
