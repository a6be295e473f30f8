import { entityTabKey, sortTabs } from './tabs';

describe('the tabs of an entity', () => {
  it('come in the order of the words of the product, unknown ones last', () => {
    const paths = ['docs', '/ci', '/kubernetes', '/', '/traffic', '/slos'];
    expect(sortTabs(paths, path => path)).toEqual([
      '/',
      '/slos',
      '/traffic',
      '/kubernetes',
      'docs',
      '/ci',
    ]);
  });

  it('are named whether or not their path begins with a slash', () => {
    expect(entityTabKey('docs')).toBe('entityTab.docs');
    expect(entityTabKey('/docs')).toBe('entityTab.docs');
    expect(entityTabKey('/ci')).toBeUndefined();
  });
});
