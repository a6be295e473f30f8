import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cssVariables, themeStyles } from './cssVariables';

describe('the CSS variables', () => {
  it('sets the same variables in both modes', () => {
    expect(Object.keys(cssVariables('dark'))).toEqual(
      Object.keys(cssVariables('light')),
    );
  });

  it('overrides only variables that Backstage UI has', () => {
    const stylesheet = readFileSync(
      join(
        dirname(require.resolve('@backstage/ui/package.json')),
        'dist/css/styles.css',
      ),
      'utf8',
    );
    const missing = Object.keys(cssVariables('light'))
      .filter(name => name.startsWith('--bui-'))
      .filter(name => !stylesheet.includes(`${name}:`));
    expect(missing).toEqual([]);
  });

  it('binds them to the name and the mode of the theme', () => {
    expect(Object.keys(themeStyles())).toEqual([
      "[data-theme-name='shopfloor'][data-theme-mode='light']",
      "[data-theme-name='shopfloor'][data-theme-mode='dark']",
    ]);
  });
});
