import { colors, ThemeMode } from './tokens';
import { contrastRatio } from './contrast';

describe('the colour tokens', () => {
  it('measures contrast as WCAG does', () => {
    expect(contrastRatio('#000000', '#ffffff')).toBeCloseTo(21, 5);
    expect(contrastRatio('#777777', '#ffffff')).toBeCloseTo(4.48, 2);
  });

  it.each(['light', 'dark'] as ThemeMode[])(
    'keeps text readable on its surface in %s mode',
    mode => {
      const c = colors[mode];
      const pairs: Array<[string, string, string]> = [
        ...Object.entries(c.surface).flatMap(
          ([name, surface]) =>
            [
              [`text.primary on ${name}`, c.text.primary, surface],
              [`text.secondary on ${name}`, c.text.secondary, surface],
              [`accent on ${name}`, c.accent.main, surface],
            ] as Array<[string, string, string]>,
        ),
        ['text on accent', c.accent.onMain, c.accent.main],
        ['text on accent hover', c.accent.onMain, c.accent.hover],
        ['navigation', c.navigation.text, c.navigation.background],
        ['navigation hover', c.navigation.text, c.navigation.hover],
        [
          'navigation selected',
          c.navigation.selected,
          c.navigation.selectedBackground,
        ],
        ['production', c.production.foreground, c.production.background],
        ...Object.entries(c.state).flatMap(
          ([name, state]) =>
            [
              [name, state.foreground, state.background],
              [`${name} on a card`, state.foreground, c.surface.raised],
            ] as Array<[string, string, string]>,
        ),
      ];
      const unreadable = pairs
        .map(([name, a, b]) => [name, contrastRatio(a, b)] as const)
        .filter(([, ratio]) => ratio < 4.5);
      expect(unreadable).toEqual([]);
    },
  );

  it.each(['light', 'dark'] as ThemeMode[])(
    'keeps chart lines and focus visible in %s mode',
    mode => {
      const c = colors[mode];
      const faint = [...c.chart, c.focus, c.border.strong].filter(
        color => contrastRatio(color, c.surface.raised) < 3,
      );
      expect(faint).toEqual([]);
    },
  );
});
