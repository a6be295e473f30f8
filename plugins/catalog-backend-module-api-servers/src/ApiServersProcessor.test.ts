import type { Entity } from '@backstage/catalog-model';
import { parse } from 'yaml';
import { ApiServersProcessor } from './ApiServersProcessor';

const environments = [
  {
    name: 'production',
    title: 'Production',
    production: true,
    gateway: { url: 'http://production.shop.localhost:8080' },
  },
  { name: 'lab', title: 'Lab', production: false },
];
const definition = `# Generated
openapi: 3.1.0
info: { title: Cart, version: 1.0.0 }
paths: {}
`;

function api(options: { annotation?: string; definition?: string }): Entity {
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'API',
    metadata: {
      name: 'cart',
      annotations: {
        ...(options.annotation && {
          'shopfloor.dev/api-service': options.annotation,
        }),
      },
    },
    spec: { type: 'openapi', definition: options.definition ?? definition },
  };
}

describe('ApiServersProcessor', () => {
  const processor = new ApiServersProcessor({ environments });
  const processed = async (entity: Entity) =>
    (await processor.preProcessEntity(entity)).spec!.definition as string;

  it('names the developer host of each environment that has a gateway', async () => {
    const text = await processed(api({ annotation: 'cart' }));
    expect(parse(text)).toEqual({
      openapi: '3.1.0',
      info: { title: 'Cart', version: '1.0.0' },
      paths: {},
      servers: [
        {
          url: 'http://cart.production.shop.localhost:8080',
          description: 'Production',
        },
      ],
    });
    expect(text).toContain('# Generated');
  });

  it('runs after the placeholders', () => {
    expect(processor.getPriority()).toBeGreaterThan(20);
  });

  it('leaves alone what does not ask for it and what is no OpenAPI document', async () => {
    expect(await processed(api({}))).toBe(definition);
    expect(
      await processed(api({ annotation: 'cart', definition: 'a: [' })),
    ).toBe('a: [');
    expect(
      await processed(api({ annotation: 'cart', definition: 'asyncapi: 3' })),
    ).toBe('asyncapi: 3');
  });
});
