/* eslint-disable @backstage/no-deprecated-bui-tokens -- core pages of 1.55 still read the deprecated ones */
import { State, statesByUrgency } from '../state/states';
import {
  colors,
  ColorTokens,
  fontFamily,
  monospaceFontFamily,
  ThemeMode,
} from './tokens';

/** The name the portal's themes carry in `data-theme-name`. */
export const THEME_NAME = 'shopfloor';

function shopfloorVariables(c: ColorTokens): Record<string, string> {
  const variables: Record<string, string> = {
    '--sf-surface-app': c.surface.app,
    '--sf-surface-raised': c.surface.raised,
    '--sf-surface-sunken': c.surface.sunken,
    '--sf-surface-hover': c.surface.hover,
    '--sf-surface-selected': c.surface.selected,
    '--sf-text-primary': c.text.primary,
    '--sf-text-secondary': c.text.secondary,
    '--sf-text-disabled': c.text.disabled,
    '--sf-border-subtle': c.border.subtle,
    '--sf-border-strong': c.border.strong,
    '--sf-accent': c.accent.main,
    '--sf-accent-hover': c.accent.hover,
    '--sf-accent-subtle': c.accent.subtle,
    '--sf-accent-on-main': c.accent.onMain,
    '--sf-focus': c.focus,
    '--sf-production-foreground': c.production.foreground,
    '--sf-production-background': c.production.background,
    '--sf-production-border': c.production.border,
  };
  for (const state of statesByUrgency) {
    variables[`--sf-state-${state}-foreground`] = c.state[state].foreground;
    variables[`--sf-state-${state}-background`] = c.state[state].background;
    variables[`--sf-state-${state}-border`] = c.state[state].border;
  }
  c.chart.forEach((color, index) => {
    variables[`--sf-chart-${index + 1}`] = color;
  });
  return variables;
}

function backstageUiVariables(c: ColorTokens): Record<string, string> {
  const subdued = (name: string, state: State) => ({
    [`--bui-${name}-bg`]: c.state[state].foreground,
    [`--bui-${name}-bg-hover`]: c.state[state].foreground,
    [`--bui-${name}-bg-disabled`]: c.state[state].border,
    [`--bui-${name}-bg-subdued`]: c.state[state].background,
    [`--bui-${name}-bg-subdued-hover`]: c.state[state].background,
    [`--bui-${name}-bg-subdued-disabled`]: c.state[state].background,
    [`--bui-${name}-border`]: c.state[state].border,
    [`--bui-${name}-fg`]: c.surface.raised,
    [`--bui-${name}-fg-disabled`]: c.surface.sunken,
    [`--bui-${name}-fg-subdued`]: c.state[state].foreground,
    [`--bui-${name}-fg-subdued-disabled`]: c.state[state].foreground,
  });
  return {
    '--bui-font-regular': fontFamily,
    '--bui-font-monospace': monospaceFontFamily,
    '--bui-ring': c.focus,
    '--bui-scrollbar': c.surface.sunken,
    '--bui-scrollbar-thumb': c.border.strong,
    '--bui-bg-app': c.surface.app,
    '--bui-bg-neutral-1': c.surface.raised,
    '--bui-bg-neutral-1-hover': c.surface.hover,
    '--bui-bg-neutral-1-pressed': c.surface.selected,
    '--bui-bg-neutral-1-disabled': c.surface.sunken,
    '--bui-bg-neutral-2': c.surface.sunken,
    '--bui-bg-neutral-2-hover': c.surface.hover,
    '--bui-bg-neutral-2-pressed': c.surface.selected,
    '--bui-bg-neutral-2-disabled': c.surface.sunken,
    '--bui-bg-neutral-3': c.surface.raised,
    '--bui-bg-neutral-3-hover': c.surface.hover,
    '--bui-bg-neutral-3-pressed': c.surface.selected,
    '--bui-bg-neutral-3-disabled': c.surface.sunken,
    '--bui-bg-neutral-4': c.surface.sunken,
    '--bui-bg-neutral-4-hover': c.surface.hover,
    '--bui-bg-neutral-4-pressed': c.surface.selected,
    '--bui-bg-neutral-4-disabled': c.surface.sunken,
    '--bui-fg-primary': c.text.primary,
    '--bui-fg-secondary': c.text.secondary,
    '--bui-fg-disabled': c.text.disabled,
    '--bui-fg-positive': c.state.ok.foreground,
    '--bui-fg-negative': c.state.failing.foreground,
    '--bui-fg-warning': c.state['at-risk'].foreground,
    '--bui-fg-announcement': c.state.running.foreground,
    '--bui-border-1': c.border.subtle,
    '--bui-border-2': c.border.strong,
    '--bui-accent-bg': c.accent.main,
    '--bui-accent-bg-hover': c.accent.hover,
    '--bui-accent-bg-disabled': c.surface.sunken,
    '--bui-accent-fg': c.accent.onMain,
    '--bui-accent-fg-disabled': c.text.disabled,
    '--bui-bg-solid': c.accent.main,
    '--bui-bg-solid-hover': c.accent.hover,
    '--bui-bg-solid-pressed': c.accent.hover,
    '--bui-bg-solid-disabled': c.surface.sunken,
    '--bui-fg-solid': c.accent.onMain,
    '--bui-fg-solid-disabled': c.text.disabled,
    ...subdued('positive', 'ok'),
    ...subdued('warning', 'at-risk'),
    ...subdued('negative', 'failing'),
    ...subdued('announcement', 'running'),
    '--bui-bg-success': c.state.ok.background,
    '--bui-bg-warning': c.state['at-risk'].background,
    '--bui-bg-danger': c.state.failing.background,
    '--bui-bg-info': c.state.running.background,
    '--bui-fg-success': c.state.ok.foreground,
    '--bui-fg-danger': c.state.failing.foreground,
    '--bui-fg-info': c.state.running.foreground,
    '--bui-fg-success-on-bg': c.state.ok.foreground,
    '--bui-fg-warning-on-bg': c.state['at-risk'].foreground,
    '--bui-fg-danger-on-bg': c.state.failing.foreground,
    '--bui-fg-info-on-bg': c.state.running.foreground,
    '--bui-border-success': c.state.ok.border,
    '--bui-border-warning': c.state['at-risk'].border,
    '--bui-border-danger': c.state.failing.border,
    '--bui-border-info': c.state.running.border,
  };
}

/** Every CSS variable of one mode: ours (`--sf-*`) and those of Backstage UI (`--bui-*`). */
export function cssVariables(mode: ThemeMode): Record<string, string> {
  return {
    ...shopfloorVariables(colors[mode]),
    ...backstageUiVariables(colors[mode]),
  };
}

/** The rules that set the variables under the attributes which the unified theme provider writes on the body. */
export function themeStyles(): Record<string, Record<string, string>> {
  return Object.fromEntries(
    (['light', 'dark'] as ThemeMode[]).map(mode => [
      `[data-theme-name='${THEME_NAME}'][data-theme-mode='${mode}']`,
      { colorScheme: mode, ...cssVariables(mode) },
    ]),
  );
}

/** The CSS colour of a state's part, for places that draw themselves. */
export function stateColor(
  state: State,
  part: 'foreground' | 'background' | 'border' = 'foreground',
): string {
  return `var(--sf-state-${state}-${part})`;
}

/** The CSS colour of the nth line of a chart, from 0. */
export function chartColor(index: number): string {
  return `var(--sf-chart-${(index % colors.light.chart.length) + 1})`;
}
