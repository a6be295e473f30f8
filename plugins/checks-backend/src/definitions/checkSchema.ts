import { CHECK_CATEGORIES } from '@shopfloor/plugin-checks-common';

const localizedText = (description: string) => ({
  description,
  type: 'object',
  required: ['en', 'zh'],
  additionalProperties: false,
  properties: {
    en: { type: 'string', minLength: 1, maxLength: 2000 },
    zh: { type: 'string', minLength: 1, maxLength: 2000 },
  },
});

const entityFilterSet = {
  type: 'object',
  minProperties: 1,
  additionalProperties: {
    oneOf: [
      { const: true },
      { type: 'string', minLength: 1 },
      {
        type: 'array',
        minItems: 1,
        maxItems: 100,
        items: { type: 'string', minLength: 1 },
      },
    ],
  },
};

/** JSON Schema (draft 7) of a check's document. `platform/scorecards/checks/check.schema.json` is written from it. */
export const checkSchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'Check',
  description: 'What is asked of an entity, judged on collected evidence',
  type: 'object',
  required: ['apiVersion', 'kind', 'metadata', 'spec'],
  additionalProperties: false,
  properties: {
    apiVersion: { const: 'shopfloor.dev/v1' },
    kind: { const: 'Check' },
    metadata: {
      type: 'object',
      required: ['name', 'version', 'category', 'title', 'why', 'fix'],
      additionalProperties: false,
      properties: {
        name: {
          description: 'Unique; results and scorecards refer to it',
          type: 'string',
          pattern: '^[a-z][a-z0-9]*(-[a-z0-9]+)*$',
          maxLength: 63,
        },
        version: {
          description: 'Raised with every change of meaning',
          type: 'integer',
          minimum: 1,
        },
        category: { enum: [...CHECK_CATEGORIES] },
        title: localizedText('What passes, as a short statement'),
        why: localizedText('Why it matters'),
        fix: localizedText('How to make it pass'),
        fixUrl: {
          description: 'Where the fix is described: absolute, or of the portal',
          type: 'string',
          pattern: '^(https?://|/)\\S+$',
        },
      },
    },
    spec: {
      type: 'object',
      required: ['appliesTo', 'reads', 'freshness', 'pass', 'words'],
      additionalProperties: false,
      properties: {
        appliesTo: {
          description: "Filter of entities, in the catalog's own shape",
          oneOf: [
            entityFilterSet,
            { type: 'array', minItems: 1, items: entityFilterSet },
          ],
        },
        reads: {
          description: 'Names in the rule, to evidence as collector/key',
          type: 'object',
          minProperties: 1,
          maxProperties: 10,
          propertyNames: { pattern: '^[a-z][A-Za-z0-9]*$' },
          additionalProperties: {
            type: 'string',
            pattern: '^[a-z][a-z0-9-]*/[A-Za-z][A-Za-z0-9-]*$',
          },
        },
        freshness: {
          description: 'Age from which evidence no longer counts: 30m, 6h, 1d',
          type: 'string',
          pattern: '^[1-9][0-9]{0,4}[smhd]$',
        },
        when: {
          description: 'CEL; when it is false the check is not applicable',
          type: 'string',
          minLength: 1,
          maxLength: 2000,
        },
        pass: {
          description: 'CEL; true is a pass',
          type: 'string',
          minLength: 1,
          maxLength: 2000,
        },
        words: {
          description: 'What is said; {{ CEL }} of type string is filled in',
          type: 'object',
          required: ['fail'],
          additionalProperties: false,
          properties: {
            pass: localizedText('What is said when it passes'),
            fail: localizedText('What is said when it fails'),
          },
        },
      },
    },
  },
} as const;
