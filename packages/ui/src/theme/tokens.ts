import { State } from '../state/states';

/** The colours of one state: text and icon, the surface behind them, and a line around. */
export interface StateColors {
  foreground: string;
  background: string;
  border: string;
}

/** All colours of one mode. Every colour of the portal comes from here. */
export interface ColorTokens {
  surface: {
    app: string;
    raised: string;
    sunken: string;
    hover: string;
    selected: string;
  };
  text: {
    primary: string;
    secondary: string;
    disabled: string;
  };
  border: { subtle: string; strong: string };
  accent: { main: string; hover: string; subtle: string; onMain: string };
  focus: string;
  navigation: {
    background: string;
    text: string;
    selected: string;
    selectedBackground: string;
    hover: string;
  };
  production: { foreground: string; background: string; border: string };
  state: Record<State, StateColors>;
  chart: readonly string[];
}

/** The two modes every theme comes in. */
export type ThemeMode = 'light' | 'dark';

/** System fonts, then a stack for Simplified Chinese. */
export const fontFamily = [
  'system-ui',
  '-apple-system',
  '"Segoe UI"',
  'Roboto',
  '"Noto Sans"',
  '"PingFang SC"',
  '"Hiragino Sans GB"',
  '"Microsoft YaHei"',
  '"Noto Sans CJK SC"',
  '"Noto Sans SC"',
  '"Source Han Sans SC"',
  '"WenQuanYi Zen Hei"',
  'sans-serif',
].join(', ');

/** Fonts for code, identifiers and queries. */
export const monospaceFontFamily =
  'ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", "Noto Sans Mono CJK SC", monospace';

/** Corner radius in pixels. */
export const radius = 8;

/** The colours, light and dark. Text on its surface meets WCAG 2.2 AA; a test proves it. */
export const colors: Record<ThemeMode, ColorTokens> = {
  light: {
    surface: {
      app: '#f6f7f9',
      raised: '#ffffff',
      sunken: '#eef0f3',
      hover: '#f0f2f6',
      selected: '#e8eefb',
    },
    text: { primary: '#171c26', secondary: '#566070', disabled: '#8f98a6' },
    border: { subtle: '#e1e5eb', strong: '#868f9d' },
    accent: {
      main: '#2454c4',
      hover: '#1b4199',
      subtle: '#e8eefb',
      onMain: '#ffffff',
    },
    focus: '#2454c4',
    navigation: {
      background: '#eef0f4',
      text: '#454e5c',
      selected: '#1b4199',
      selectedBackground: '#dde5f7',
      hover: '#e3e7ed',
    },
    production: {
      foreground: '#8c1d40',
      background: '#fbe9ef',
      border: '#d58ba4',
    },
    state: {
      ok: { foreground: '#17663a', background: '#e2f3e8', border: '#8fc7a5' },
      'at-risk': {
        foreground: '#854d00',
        background: '#fcefd6',
        border: '#dcb063',
      },
      failing: {
        foreground: '#ac211a',
        background: '#fce8e7',
        border: '#e39a95',
      },
      unknown: {
        foreground: '#535d6b',
        background: '#eaedf1',
        border: '#b3bbc6',
      },
      stale: {
        foreground: '#655a6e',
        background: '#eeebf1',
        border: '#bdb2c7',
      },
      paused: {
        foreground: '#44548a',
        background: '#e8ecf8',
        border: '#a8b4dc',
      },
      waiting: {
        foreground: '#74389c',
        background: '#f3e8fa',
        border: '#c9a2e0',
      },
      running: {
        foreground: '#1a5ba8',
        background: '#e3eefb',
        border: '#94bbe8',
      },
    },
    chart: [
      '#2454c4',
      '#c2570c',
      '#0f7667',
      '#8a3ab9',
      '#b3315f',
      '#7a6200',
      '#4d5766',
    ],
  },
  dark: {
    surface: {
      app: '#12151b',
      raised: '#1a1f27',
      sunken: '#0e1116',
      hover: '#232934',
      selected: '#202c48',
    },
    text: { primary: '#eceff4', secondary: '#a6b0be', disabled: '#6d7786' },
    border: { subtle: '#2b323d', strong: '#717c8c' },
    accent: {
      main: '#9dbcff',
      hover: '#bdd2ff',
      subtle: '#202c48',
      onMain: '#0d1a36',
    },
    focus: '#9dbcff',
    navigation: {
      background: '#0f1217',
      text: '#b3bcc9',
      selected: '#c6d8ff',
      selectedBackground: '#202c48',
      hover: '#1c222b',
    },
    production: {
      foreground: '#ffb0c8',
      background: '#3d1626',
      border: '#86405a',
    },
    state: {
      ok: { foreground: '#83d9a5', background: '#13301f', border: '#2f6f4a' },
      'at-risk': {
        foreground: '#f3c06a',
        background: '#38290c',
        border: '#80601f',
      },
      failing: {
        foreground: '#ffa49c',
        background: '#40191a',
        border: '#8f413d',
      },
      unknown: {
        foreground: '#b6bfcb',
        background: '#293039',
        border: '#566171',
      },
      stale: {
        foreground: '#c8bbd4',
        background: '#2f2936',
        border: '#65586f',
      },
      paused: {
        foreground: '#b1bff2',
        background: '#222a44',
        border: '#4d5d99',
      },
      waiting: {
        foreground: '#dcadf4',
        background: '#352048',
        border: '#744a94',
      },
      running: {
        foreground: '#92c0f8',
        background: '#162f4e',
        border: '#3b6da8',
      },
    },
    chart: [
      '#8fb3ff',
      '#f5a35c',
      '#56cdb8',
      '#cf9bf0',
      '#ff8fb1',
      '#d9c25a',
      '#aeb8c6',
    ],
  },
};
