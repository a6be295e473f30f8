import { pageTitleKey } from './pages';

describe('the titles of pages', () => {
  it.each([
    ['/', 'page.home'],
    ['/status', 'page.status'],
    ['/catalog/default/component/products', 'page.catalog'],
    ['/settings/general', 'page.settings'],
    ['/elsewhere', undefined],
  ])('of %p is %p', (path, key) => {
    expect(pageTitleKey(path)).toBe(key);
  });
});
