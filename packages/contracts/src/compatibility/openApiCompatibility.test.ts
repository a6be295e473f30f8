import { findBreakingApiChanges } from './openApiCompatibility.ts';
import { describeDifferences } from './schemaCompatibility.ts';

const document = {
  openapi: '3.1.0',
  paths: {
    '/things/{id}': {
      parameters: [
        { in: 'path', name: 'id', required: true, schema: { type: 'string' } },
      ],
      get: {
        parameters: [
          {
            in: 'query',
            name: 'lang',
            required: false,
            schema: { enum: ['en', 'zh'] },
          },
        ],
        responses: {
          200: {
            content: {
              'application/json': {
                schema: { $ref: '#/components/schemas/Thing' },
              },
            },
          },
          404: { description: 'No' },
        },
      },
    },
    '/things': {
      post: {
        requestBody: {
          required: true,
          content: {
            'application/json': {
              schema: {
                type: 'object',
                required: ['name'],
                properties: {
                  name: { type: 'string', maxLength: 50 },
                  size: { type: 'integer' },
                },
                additionalProperties: false,
              },
            },
          },
        },
        responses: { 201: {}, 202: {} },
      },
    },
  },
  components: {
    schemas: {
      Thing: {
        type: 'object',
        required: ['id', 'name'],
        properties: {
          id: { type: 'string' },
          name: { type: 'string' },
          note: { type: 'string' },
          parts: {
            type: 'array',
            items: { $ref: '#/components/schemas/Thing' },
          },
        },
      },
    },
  },
};

const edit = (change: (copy: any) => void) => {
  const copy = structuredClone(document) as any;
  change(copy);
  return copy;
};
const postSchema = (copy: any) =>
  copy.paths['/things'].post.requestBody.content['application/json'].schema;

describe('findBreakingApiChanges', () => {
  it.each<[string, (copy: any) => void]>([
    ['nothing', () => {}],
    [
      'a new operation and a new optional parameter',
      copy => {
        copy.paths['/more'] = { get: { responses: { 200: {} } } };
        copy.paths['/things/{id}'].get.parameters.push({
          in: 'query',
          name: 'full',
          schema: { type: 'boolean' },
        });
      },
    ],
    [
      'another name of a path parameter',
      copy => {
        const item = copy.paths['/things/{id}'];
        item.parameters[0].name = 'thingId';
        copy.paths = { ...copy.paths, '/things/{thingId}': item };
        delete copy.paths['/things/{id}'];
      },
    ],
    [
      'more in a request and more in an answer',
      copy => {
        postSchema(copy).properties.colour = { type: 'string' };
        copy.components.schemas.Thing.properties.more = { type: 'string' };
        copy.components.schemas.Thing.required.push('more');
      },
    ],
    [
      'an error that no longer happens',
      copy => {
        delete copy.paths['/things/{id}'].get.responses[404];
      },
    ],
  ])('allows %s', (_, change) => {
    expect(findBreakingApiChanges(document, edit(change))).toEqual([]);
  });

  it.each<[string, (copy: any) => void, string[]]>([
    [
      'an operation that is gone',
      copy => {
        delete copy.paths['/things'];
      },
      ['POST /things was removed'],
    ],
    [
      'a success that is gone',
      copy => {
        delete copy.paths['/things'].post.responses[202];
      },
      ['POST /things 202 is an answer that was removed'],
    ],
    [
      'a property of an answer that is gone, through references',
      copy => {
        delete copy.components.schemas.Thing.properties.note;
        delete copy.components.schemas.Thing.properties.parts;
      },
      [
        'GET /things/{} 200/note was removed',
        'GET /things/{} 200/parts was removed',
      ],
    ],
    [
      'a property of an answer that may now be absent',
      copy => {
        copy.components.schemas.Thing.required = ['id'];
        delete copy.components.schemas.Thing.properties.parts;
      },
      [
        'GET /things/{} 200/name was always there and no longer is',
        'GET /things/{} 200/parts was removed',
      ],
    ],
    [
      'a new required field of a request',
      copy => {
        postSchema(copy).required.push('size');
      },
      ['POST /things body/size is now required'],
    ],
    [
      'a field that is no longer taken',
      copy => {
        delete postSchema(copy).properties.size;
      },
      ['POST /things body/size is no longer allowed'],
    ],
    [
      'a stricter field',
      copy => {
        postSchema(copy).properties.name.maxLength = 10;
      },
      ['POST /things body/name maxLength 10 is stricter than 50'],
    ],
    [
      'a parameter that is new and required, narrower, or gone',
      copy => {
        copy.paths['/things/{id}'].get.parameters = [
          { in: 'header', name: 'If-Match', required: true, schema: {} },
        ];
      },
      [
        'GET /things/{} header if-match is a new required parameter',
        'GET /things/{} query lang is a parameter that was removed',
      ],
    ],
    [
      'a parameter with fewer values',
      copy => {
        copy.paths['/things/{id}'].get.parameters[0].schema = { enum: ['en'] };
      },
      ['GET /things/{} query lang no longer allows zh'],
    ],
  ])('finds %s', (_, change, expected) => {
    expect(
      describeDifferences(findBreakingApiChanges(document, edit(change))),
    ).toEqual(expected);
  });
});
