import fc from 'fast-check';
import { createContractAjv } from '../ajv.ts';
import {
  describeDifferences,
  findBreakingChanges,
  findUnmetExpectations,
} from './schemaCompatibility.ts';
import { findBeyond, type JsonSchema } from './schemaSubset.ts';

const base = {
  type: 'object',
  required: ['id', 'state'],
  properties: {
    id: { type: 'string', minLength: 1, maxLength: 50 },
    state: { enum: ['open', 'closed'] },
    note: { type: 'string' },
    lines: {
      type: 'array',
      items: {
        type: 'object',
        required: ['sku'],
        properties: { sku: { type: 'string' }, quantity: { type: 'integer' } },
      },
    },
  },
};

const edit = (change: (schema: any) => void) => {
  const schema = structuredClone(base) as any;
  change(schema);
  return schema;
};

describe('findBreakingChanges', () => {
  it.each([
    ['nothing', () => {}],
    [
      'a new optional property',
      (s: any) => {
        s.properties.more = { type: 'number' };
      },
    ],
    [
      'another value of a list',
      (s: any) => {
        s.properties.state = { enum: ['open', 'closed', 'lost'] };
      },
    ],
    [
      'a list written as alternatives',
      (s: any) => {
        s.properties.state = {
          anyOf: [{ const: 'open' }, { const: 'closed' }],
        };
      },
    ],
    [
      'wider bounds',
      (s: any) => {
        s.properties.id = { type: 'string', maxLength: 100 };
      },
    ],
    [
      'other words for people',
      (s: any) => {
        s.title = 'A thing';
        s.properties.note.description = 'What it says';
      },
    ],
    [
      'a new optional property, deep in a list',
      (s: any) => {
        s.properties.lines.items.properties.more = { type: 'string' };
      },
    ],
  ])('allows %s', (_, change) => {
    expect(findBreakingChanges(base, edit(change))).toEqual([]);
  });

  it.each<[string, (s: any) => void, string[]]>([
    [
      'a removed required property',
      s => {
        delete s.properties.id;
        s.required = ['state'];
      },
      ['/id was always there and no longer is'],
    ],
    [
      'a required property that becomes optional',
      s => {
        s.required = ['id'];
      },
      ['/state was always there and no longer is'],
    ],
    [
      'a removed optional property',
      s => {
        delete s.properties.note;
      },
      ['/note was removed'],
    ],
    [
      'a new required property',
      s => {
        s.properties.more = { type: 'string' };
        s.required.push('more');
      },
      ['/more is now required'],
    ],
    [
      'an optional property that is now required, deep in a list',
      s => {
        s.properties.lines.items.required = ['sku', 'quantity'];
      },
      ['/lines/*/quantity is now required'],
    ],
    [
      'a value taken from a list',
      s => {
        s.properties.state = { enum: ['open'] };
      },
      ['/state no longer allows closed'],
    ],
    [
      'free text that becomes a list',
      s => {
        s.properties.note = { enum: ['a'] };
      },
      ['/note is no longer any value, but a listed one'],
    ],
    [
      'another type',
      s => {
        s.properties.note = { type: 'integer' };
      },
      ['/note was string, is integer', '/note may now be integer'],
    ],
    [
      'a second type',
      s => {
        s.properties.note = { type: ['string', 'null'] };
      },
      ['/note may now be null'],
    ],
    [
      'a stricter bound',
      s => {
        s.properties.id.maxLength = 20;
      },
      ['/id maxLength 20 is stricter than 50'],
    ],
    [
      'a bound where there was none',
      s => {
        s.properties.lines.minItems = 1;
      },
      ['/lines minItems 1 is stricter than none'],
    ],
    [
      'a pattern where there was none',
      s => {
        s.properties.note.pattern = '^a';
      },
      ['/note pattern ^a is stricter than none'],
    ],
    [
      'an object that closes',
      s => {
        s.additionalProperties = false;
      },
      ['/* is no longer allowed'],
    ],
    [
      'a keyword that it cannot judge',
      s => {
        s.not = { required: ['note'] };
      },
      ['/ not differs and cannot be compared'],
    ],
  ])('finds %s', (_, change, expected) => {
    expect(
      describeDifferences(findBreakingChanges(base, edit(change))),
    ).toEqual(expected);
  });
});

describe('findUnmetExpectations', () => {
  it('is content with a consumer that reads a part', () => {
    expect(
      findUnmetExpectations(base, {
        type: 'object',
        required: ['id'],
        properties: { id: { type: 'string' } },
      }),
    ).toEqual([]);
  });

  it.each<[string, JsonSchema, string[]]>([
    [
      'needs what is optional',
      { type: 'object', required: ['note'], properties: { note: {} } },
      ['/note is now required'],
    ],
    [
      'knows fewer values than are sent',
      { properties: { state: { enum: ['open'] } } },
      ['/state no longer allows closed'],
    ],
    [
      'reads what is never sent',
      { properties: { nmae: { type: 'string' } } },
      ['/nmae is read but never sent'],
    ],
    [
      'is closed, so that the producer can add nothing',
      {
        type: 'object',
        properties: base.properties,
        additionalProperties: false,
      },
      ['/* is no longer allowed'],
    ],
  ])('tells a consumer that %s', (_, consumer, expected) => {
    expect(describeDifferences(findUnmetExpectations(base, consumer))).toEqual(
      expected,
    );
  });
});

describe('findBeyond', () => {
  const leaf = fc.oneof(
    fc.constant<JsonSchema>({ type: 'boolean' }),
    fc.record({
      type: fc.constant('string'),
      minLength: fc.integer({ min: 0, max: 3 }),
      maxLength: fc.integer({ min: 3, max: 6 }),
    }),
    fc
      .record({
        type: fc.constantFrom('integer', 'number'),
        minimum: fc.integer({ min: -3, max: 2 }),
        maximum: fc.integer({ min: 2, max: 6 }),
      })
      .map(schema => schema as JsonSchema),
    fc
      .uniqueArray(fc.constantFrom('a', 'b', 'c', 1, true), {
        minLength: 1,
        maxLength: 4,
      })
      .map(values => ({ enum: values }) as JsonSchema),
  );
  const { schema } = fc.letrec<{ schema: JsonSchema }>(tie => ({
    schema: fc.oneof(
      { maxDepth: 3, depthSize: 'small' },
      leaf as fc.Arbitrary<JsonSchema>,
      fc
        .record({
          properties: fc.dictionary(
            fc.constantFrom('x', 'y', 'z'),
            tie('schema'),
            { maxKeys: 3 },
          ),
          required: fc.subarray(['x', 'y', 'z']),
          closed: fc.boolean(),
        })
        .map(({ properties, required, closed }) => ({
          type: 'object',
          properties,
          required: required.filter(name => Object.hasOwn(properties, name)),
          ...(closed ? { additionalProperties: false } : {}),
        })),
      tie('schema').map(items => ({ type: 'array', items })),
      fc
        .tuple(tie('schema'), tie('schema'))
        .map(anyOf => ({ anyOf }) as JsonSchema),
    ),
  }));

  /** A document that a schema of this grammar allows, made of what it declares. */
  function documentOf(given: JsonSchema): fc.Arbitrary<unknown> {
    if (Array.isArray(given.enum)) {
      return fc.constantFrom(...given.enum);
    }
    if (Array.isArray(given.anyOf)) {
      return fc.oneof(...given.anyOf.map(documentOf));
    }
    switch (given.type) {
      case 'boolean':
        return fc.boolean();
      case 'string':
        return fc.string({
          minLength: given.minLength as number,
          maxLength: given.maxLength as number,
          unit: fc.constantFrom('a', 'b'),
        });
      case 'integer':
        return fc.integer({
          min: given.minimum as number,
          max: given.maximum as number,
        });
      case 'number':
        return fc.double({
          min: given.minimum as number,
          max: given.maximum as number,
          noNaN: true,
        });
      case 'array':
        return fc.array(documentOf(given.items as JsonSchema), {
          maxLength: 3,
        });
      default:
        return fc.record(
          Object.fromEntries(
            Object.entries(given.properties as Record<string, JsonSchema>).map(
              ([name, property]) => [name, documentOf(property)],
            ),
          ),
          { requiredKeys: given.required as never[] },
        );
    }
  }

  /** Mostly a small step away, so that pairs that fit are common. */
  const pair = schema.chain(narrow =>
    fc.record({
      narrow: fc.constant(narrow),
      wide: fc.oneof(
        schema,
        fc.constant({ anyOf: [narrow, { type: 'boolean' }] } as JsonSchema),
        schema.map(other => ({ anyOf: [other, narrow] }) as JsonSchema),
        fc
          .constant({
            ...narrow,
            required: [],
            minLength: undefined,
            maximum: undefined,
          } as JsonSchema)
          .map(loose => JSON.parse(JSON.stringify(loose)) as JsonSchema),
      ),
      document: documentOf(narrow),
    }),
  );

  it('never calls a schema wider that refuses a document of the narrower', () => {
    const ajv = createContractAjv({ strict: false });
    let fitting = 0;
    fc.assert(
      fc.property(pair, ({ narrow, wide, document }) => {
        expect(ajv.validate(narrow, document)).toBe(true);
        const found = findBeyond(narrow, wide);
        if (found.length === 0) {
          fitting += 1;
        }
        return found.length > 0 || ajv.validate(wide, document);
      }),
      { numRuns: 500 },
    );
    expect(fitting).toBeGreaterThan(50);
  });

  it('finds nothing between a schema and itself', () => {
    fc.assert(
      fc.property(schema, given => {
        expect(findBeyond(given, structuredClone(given))).toEqual([]);
      }),
    );
  });
});
