import { ReactNode } from 'react';
import { UnifiedThemeProvider } from '@backstage/theme';
import CssBaseline from '@mui/material/CssBaseline';
import GlobalStyles from '@mui/material/GlobalStyles';
import { THEME_NAME, themeStyles } from './cssVariables';
import { darkTheme, lightTheme } from './themes';
import { ThemeMode } from './tokens';

const globalStyles = (
  <GlobalStyles
    styles={{
      ...themeStyles(),
      // The tabs of a page scroll within themselves on a narrow screen; Backstage UI lets the page scroll.
      '.bui-HeaderNavList, .bui-TabList': {
        overflowX: 'auto',
        scrollbarWidth: 'none',
        // Chinese may break between any two characters.
        whiteSpace: 'nowrap',
      },
      // Nor does the line below the tab that is shown reach out of the page.
      '.bui-HeaderNav': { overflowX: 'clip' },
      mark: {
        backgroundColor: 'var(--sf-state-at-risk-background)',
        color: 'inherit',
        fontWeight: 600,
      },
      // Backstage gives this bar a line of a fixed colour.
      'body [data-testid="mobile-sidebar-root"]': {
        borderTopColor: 'var(--sf-border-subtle)',
      },
    }}
  />
);

/** Puts the portal's theme around its children: Material UI 4 and 5, Backstage UI and our own variables. */
export function ShopfloorThemeProvider(props: {
  mode: ThemeMode;
  children: ReactNode;
}) {
  return (
    <UnifiedThemeProvider
      theme={props.mode === 'dark' ? darkTheme : lightTheme}
      themeName={THEME_NAME}
    >
      <CssBaseline />
      {globalStyles}
      {props.children}
    </UnifiedThemeProvider>
  );
}
