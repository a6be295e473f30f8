import { markOptionalInput } from './optionalInput.ts';

const bodyOf = (schema: object) => ({
  requestBody: { required: true, content: { 'application/json': { schema } } },
});

describe('markOptionalInput', () => {
  it('lets a body be left out where nothing is a valid body, and nowhere else', () => {
    const { paths } = markOptionalInput({
      paths: {
        '/a': {
          post: bodyOf({ anyOf: [{ type: 'null' }, { type: 'object' }] }),
          put: bodyOf({ type: 'object', properties: { x: { type: 'null' } } }),
        },
        '/b': { post: bodyOf({ type: 'null' }) },
      },
    });
    expect(paths['/a'].post.requestBody.required).toBe(false);
    expect(paths['/a'].put.requestBody.required).toBe(true);
    expect(paths['/b'].post.requestBody.required).toBe(false);
  });

  it('lets be left out what is filled in, in the query and in a body', () => {
    const answer = { required: ['a'], properties: { a: { default: 1 } } };
    const document = markOptionalInput({
      paths: {
        '/a': {
          get: {
            parameters: [
              { name: 'limit', required: true, schema: { default: 0 } },
              { name: 'token', required: true, schema: {} },
            ],
            responses: { 200: { content: { x: { schema: answer } } } },
          },
          put: bodyOf({
            required: ['a', 'b'],
            properties: { a: {}, b: { default: false } },
          }),
          post: bodyOf({ required: ['b'], properties: { b: { default: '' } } }),
        },
      },
    });
    const { get, put, post } = document.paths['/a'];
    expect(get.parameters.map(({ required }) => required)).toEqual([
      false,
      true,
    ]);
    expect(answer.required).toEqual(['a']);
    expect(put.requestBody.content['application/json'].schema).toMatchObject({
      required: ['a'],
    });
    expect(post.requestBody.required).toBe(true);
    expect(post.requestBody.content['application/json'].schema).toEqual({
      properties: { b: { default: '' } },
    });
  });
});
