import { UnifiedThemeOptions } from '@backstage/theme';
import { ColorTokens, radius } from './tokens';

/** How the parts of Material UI and Backstage's core components look: few borders, no shadows, dense tables. */
export function componentThemes(
  c: ColorTokens,
): UnifiedThemeOptions['components'] {
  const flat = {
    boxShadow: 'none',
    border: `1px solid ${c.border.subtle}`,
    borderRadius: radius,
  };
  return {
    MuiCssBaseline: {
      styleOverrides: {
        html: { height: '100%' },
        body: {
          height: '100%',
          overscrollBehaviorY: 'none',
          fontSize: '0.875rem',
          lineHeight: 1.5,
          fontVariantNumeric: 'tabular-nums',
          scrollbarColor: `${c.border.strong} transparent`,
          scrollbarWidth: 'thin',
        },
        a: { color: 'inherit', textDecoration: 'none' },
        ':focus-visible': {
          outline: `2px solid ${c.focus}`,
          outlineOffset: 2,
        },
        '@media (prefers-reduced-motion: reduce)': {
          '*, *::before, *::after': {
            animationDuration: '0.01ms !important',
            animationIterationCount: '1 !important',
            transitionDuration: '0.01ms !important',
            scrollBehavior: 'auto !important',
          },
        },
      },
    },
    MuiGrid: { defaultProps: { spacing: 2 } },
    MuiPaper: {
      defaultProps: { elevation: 0 },
      styleOverrides: {
        root: { backgroundImage: 'none' },
        rounded: { borderRadius: radius },
        elevation1: flat,
        elevation2: flat,
      },
    },
    MuiCard: {
      styleOverrides: {
        root: { ...flat, display: 'flex', flexDirection: 'column' },
      },
    },
    MuiButton: {
      defaultProps: { disableElevation: true },
      styleOverrides: {
        root: { textTransform: 'none', fontWeight: 600, borderRadius: 6 },
      },
    },
    MuiTab: {
      styleOverrides: {
        root: {
          textTransform: 'none',
          letterSpacing: 0,
          fontWeight: 600,
          minHeight: 40,
          minWidth: 0,
          color: c.text.secondary,
          '&.Mui-selected': { color: c.text.primary },
          '&:hover': { color: c.text.primary },
        },
      },
    },
    MuiTableRow: {
      styleOverrides: { root: { '&:last-child td': { borderBottom: 0 } } },
    },
    MuiTableCell: {
      styleOverrides: {
        root: {
          padding: '10px 16px',
          borderBottom: `1px solid ${c.border.subtle}`,
          verticalAlign: 'middle',
          lineHeight: 1.4,
          overflowWrap: 'break-word',
          // Chinese has no spaces: in a narrow table it would be broken after each character, not at its punctuation.
          wordBreak: 'keep-all',
        },
        head: { color: c.text.secondary, fontWeight: 600 },
      },
    },
    MuiChip: {
      styleOverrides: {
        root: { borderRadius: 6, marginRight: 8, marginBottom: 0 },
      },
    },
    MuiTooltip: {
      defaultProps: { arrow: true },
      styleOverrides: {
        tooltip: {
          backgroundColor: c.text.primary,
          color: c.surface.raised,
          fontSize: '0.75rem',
          fontWeight: 500,
        },
        arrow: { color: c.text.primary },
      },
    },
    MuiDialog: { styleOverrides: { paper: flat } },
    MuiLink: { defaultProps: { underline: 'hover' } },
    BackstageHeader: {
      styleOverrides: {
        header: {
          boxShadow: 'none',
          backgroundImage: 'none',
          backgroundColor: c.surface.app,
          padding: '20px 24px 12px',
        },
        title: { fontSize: 22 },
        subtitle: { color: c.text.secondary, opacity: 1 },
        type: { color: c.text.secondary, opacity: 1, textTransform: 'none' },
      },
    },
    BackstageHeaderTabs: {
      styleOverrides: {
        tabsWrapper: {
          backgroundColor: c.surface.app,
          borderBottom: `1px solid ${c.border.subtle}`,
          paddingLeft: 8,
        },
        defaultTab: {
          textTransform: 'none',
          fontSize: '0.875rem',
          fontWeight: 600,
          padding: '12px 16px',
          color: c.text.secondary,
        },
        selected: { color: c.text.primary },
      },
    },
    BackstageSidebar: {
      styleOverrides: {
        drawer: {
          borderRight: `1px solid ${c.border.subtle}`,
          padding: '0 0 8px',
        },
      },
    },
    BackstageSidebarItem: {
      styleOverrides: {
        root: { height: 36 },
        label: { fontWeight: 500, fontSize: '0.875rem' },
        selected: {
          backgroundColor: c.navigation.selectedBackground,
        },
      },
    },
    MuiToggleButton: {
      styleOverrides: { root: { textTransform: 'none' } },
    },
    BackstageTable: {
      styleOverrides: { root: { overflowX: 'auto' } },
    },
    BackstageTableHeader: {
      styleOverrides: {
        header: {
          textTransform: 'none',
          padding: '10px 12px',
          fontSize: '0.8125rem',
          color: c.text.secondary,
          whiteSpace: 'nowrap',
        },
      },
    },
    BackstageIconLinkVertical: {
      styleOverrides: {
        label: { textTransform: 'none', letterSpacing: 0, fontSize: '0.75rem' },
      },
    },
    CatalogReactUserListPicker: {
      styleOverrides: {
        root: {
          backgroundColor: 'transparent',
          boxShadow: 'none',
          border: 0,
        },
        title: {
          textTransform: 'none',
          fontSize: '0.8125rem',
          margin: '8px 0',
        },
        groupWrapper: { margin: '8px 0' },
      },
    },
    BackstageInfoCard: {
      styleOverrides: { header: { padding: '12px 16px' } },
    },
  } as UnifiedThemeOptions['components'];
}
