import { buildCategoryTree } from './categoryTree.ts';

describe('buildCategoryTree', () => {
  it('nests children and counts what lies below', () => {
    expect(
      buildCategoryTree([
        { id: 1, slug: 'a', name: 'A', productCount: 1 },
        { id: 2, slug: 'b', name: 'B', productCount: 0 },
        { id: 3, parentId: 1, slug: 'c', name: 'C', productCount: 2 },
        { id: 4, parentId: 3, slug: 'd', name: 'D', productCount: 4 },
      ]),
    ).toEqual([
      {
        slug: 'a',
        name: 'A',
        productCount: 7,
        children: [
          {
            slug: 'c',
            name: 'C',
            productCount: 6,
            children: [{ slug: 'd', name: 'D', productCount: 4, children: [] }],
          },
        ],
      },
      { slug: 'b', name: 'B', productCount: 0, children: [] },
    ]);
  });

  it('refuses a child before its parent', () => {
    expect(() =>
      buildCategoryTree([
        { id: 3, parentId: 1, slug: 'c', name: 'C', productCount: 0 },
      ]),
    ).toThrow('c stands before its parent');
  });
});
