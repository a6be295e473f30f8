import { ACCESSES, SECRET_CLASSES, SECRET_KINDS } from '../secret';

const name = {
  type: 'string',
  pattern: '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$',
} as const;

const text = {
  type: 'object',
  required: ['en', 'zh'],
  additionalProperties: false,
  properties: {
    en: { type: 'string', minLength: 1, maxLength: 200 },
    zh: { type: 'string', minLength: 1, maxLength: 200 },
  },
} as const;

/** The JSON Schema of a `secrets.yaml`. What depends on the kind is checked by `parseDeclarations`, with better words. */
export const declarationsSchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'ServiceSecrets',
  type: 'object',
  required: ['apiVersion', 'kind', 'metadata', 'spec'],
  additionalProperties: false,
  properties: {
    apiVersion: { const: 'shopfloor.dev/v1' },
    kind: { const: 'ServiceSecrets' },
    metadata: {
      type: 'object',
      required: ['name'],
      additionalProperties: false,
      properties: {
        name: { ...name, description: 'The service that owns the secrets' },
      },
    },
    spec: {
      type: 'object',
      required: ['secrets'],
      additionalProperties: false,
      properties: {
        secrets: {
          type: 'array',
          maxItems: 100,
          items: {
            type: 'object',
            required: ['name', 'title', 'kind', 'class', 'access'],
            additionalProperties: false,
            properties: {
              name,
              title: text,
              kind: { enum: SECRET_KINDS },
              path: {
                description: 'Of kv: below the prefix of the service',
                type: 'string',
                pattern: '^[a-z0-9][a-z0-9_.-]*(/[a-z0-9][a-z0-9_.-]*)*$',
                maxLength: 200,
              },
              role: {
                ...name,
                description:
                  'Of database (default <service>-<class>) and pki (default: the service)',
              },
              key: {
                ...name,
                description: 'Of transit; default <service>-<name>',
              },
              class: {
                description:
                  'Longest grant: standard 90, sensitive 30, critical 7 days',
                enum: SECRET_CLASSES,
              },
              rotationDays: {
                description: 'After how many days the value is due for another',
                type: 'integer',
                minimum: 1,
                maximum: 3650,
              },
              access: {
                type: 'array',
                minItems: 1,
                uniqueItems: true,
                items: { enum: ACCESSES },
              },
              readers: {
                description: 'Other services that may ask for it',
                type: 'array',
                maxItems: 100,
                uniqueItems: true,
                items: name,
              },
            },
          },
        },
      },
    },
  },
} as const;
