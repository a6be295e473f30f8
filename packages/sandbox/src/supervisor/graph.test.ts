import fc from 'fast-check';
import { dependantsOf, startOrder } from './graph.ts';

const names = (nodes: Array<{ name: string }>) => nodes.map(node => node.name);

describe('startOrder', () => {
  it('puts each part after all it depends on and else keeps the given order', () => {
    expect(
      names(
        startOrder([
          { name: 'portal', dependsOn: ['postgres', 'app-build'] },
          { name: 'oidc' },
          { name: 'app-build' },
          { name: 'postgres' },
        ]),
      ),
    ).toEqual(['postgres', 'app-build', 'portal', 'oidc']);
  });

  it('refuses parts that wait for each other and says which', () => {
    expect(() =>
      startOrder([
        { name: 'a', dependsOn: ['b'] },
        { name: 'b', dependsOn: ['c'] },
        { name: 'c', dependsOn: ['a'] },
      ]),
    ).toThrow('Parts wait for each other: a -> b -> c -> a');
  });

  it('refuses an unknown dependency and a name that is there twice', () => {
    expect(() => startOrder([{ name: 'a', dependsOn: ['b'] }])).toThrow(
      'a depends on b, which is no part of this sandbox',
    );
    expect(() => startOrder([{ name: 'a' }, { name: 'a' }])).toThrow(
      'Two parts are called a',
    );
  });

  it('holds for any graph without cycles', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.nat(), { maxLength: 4 }), { maxLength: 12 }),
        lists => {
          const nodes = lists.map((picks, index) => ({
            name: `p${index}`,
            dependsOn: index ? picks.map(pick => `p${pick % index}`) : [],
          }));
          const order = names(startOrder([...nodes].reverse()));
          expect(order).toHaveLength(nodes.length);
          for (const node of nodes) {
            for (const dependency of node.dependsOn) {
              expect(order.indexOf(dependency)).toBeLessThan(
                order.indexOf(node.name),
              );
            }
          }
        },
      ),
    );
  });
});

describe('dependantsOf', () => {
  it('finds those that depend on a part through others', () => {
    expect([
      ...dependantsOf(
        [
          { name: 'etcd' },
          { name: 'apiserver', dependsOn: ['etcd'] },
          { name: 'deploy', dependsOn: ['apiserver'] },
          { name: 'oidc' },
        ],
        'etcd',
      ),
    ]).toEqual(['apiserver', 'deploy']);
  });
});
