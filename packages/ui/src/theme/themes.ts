import {
  createUnifiedTheme,
  defaultTypography,
  PageTheme,
  palettes,
  UnifiedTheme,
} from '@backstage/theme';
import { componentThemes } from './componentThemes';
import { colors, fontFamily, ThemeMode } from './tokens';

function heading(fontSize: number) {
  return { fontFamily, fontSize, fontWeight: 600, marginBottom: 8 };
}

function createTheme(mode: ThemeMode): UnifiedTheme {
  const c = colors[mode];
  const page: PageTheme = {
    colors: [c.surface.app, c.surface.app],
    shape: 'none',
    backgroundImage: 'none',
    fontColor: c.text.primary,
  };
  const base = palettes[mode];
  return createUnifiedTheme({
    fontFamily,
    palette: {
      ...base,
      primary: {
        main: c.accent.main,
        dark: c.accent.hover,
        contrastText: c.accent.onMain,
      },
      secondary: { main: c.accent.main, contrastText: c.accent.onMain },
      error: { main: c.state.failing.foreground },
      warning: { main: c.state['at-risk'].foreground },
      info: { main: c.state.running.foreground },
      success: { main: c.state.ok.foreground },
      text: c.text,
      divider: c.border.subtle,
      background: { default: c.surface.app, paper: c.surface.raised },
      action: {
        hover: c.surface.hover,
        selected: c.surface.selected,
        disabled: c.text.disabled,
      },
      status: {
        ok: c.state.ok.foreground,
        warning: c.state['at-risk'].foreground,
        error: c.state.failing.foreground,
        pending: c.state.waiting.foreground,
        running: c.state.running.foreground,
        aborted: c.state.unknown.foreground,
      },
      border: c.border.subtle,
      textContrast: c.text.primary,
      textSubtle: c.text.secondary,
      textVerySubtle: c.border.subtle,
      highlight: c.surface.selected,
      errorBackground: c.state.failing.background,
      warningBackground: c.state['at-risk'].background,
      infoBackground: c.state.running.background,
      errorText: c.state.failing.foreground,
      infoText: c.state.running.foreground,
      warningText: c.state['at-risk'].foreground,
      link: c.accent.main,
      linkHover: c.accent.hover,
      gold: c.state['at-risk'].foreground,
      navigation: {
        background: c.navigation.background,
        indicator: c.accent.main,
        color: c.navigation.text,
        selectedColor: c.navigation.selected,
        navItem: { hoverBackground: c.navigation.hover },
        submenu: { background: c.surface.raised },
      },
      tabbar: { indicator: c.accent.main },
      pinSidebarButton: {
        icon: c.navigation.text,
        background: c.navigation.hover,
      },
      banner: {
        info: c.state.running.background,
        error: c.state.failing.background,
        warning: c.state['at-risk'].background,
        text: c.text.primary,
        link: c.accent.main,
        closeButtonColor: c.text.primary,
      },
      code: { background: c.surface.sunken },
    },
    typography: {
      ...defaultTypography,
      fontFamily,
      h1: heading(28),
      h2: heading(24),
      h3: heading(20),
      h4: heading(18),
      h5: heading(16),
      h6: heading(14),
    },
    defaultPageTheme: 'home',
    pageTheme: Object.fromEntries(
      [
        'home',
        'documentation',
        'tool',
        'service',
        'website',
        'library',
        'other',
        'app',
        'apis',
        'card',
      ].map(name => [name, page]),
    ),
    components: componentThemes(c),
  });
}

/** The light theme, for Material UI 4 and 5. */
export const lightTheme = createTheme('light');

/** The dark theme, for Material UI 4 and 5. */
export const darkTheme = createTheme('dark');
