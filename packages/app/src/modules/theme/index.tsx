import DarkModeOutlined from '@mui/icons-material/DarkModeOutlined';
import LightModeOutlined from '@mui/icons-material/LightModeOutlined';
import { createFrontendModule } from '@backstage/frontend-plugin-api';
import { ThemeBlueprint } from '@backstage/plugin-app-react';
import { ShopfloorThemeProvider } from '@shopfloor/ui';

const lightTheme = ThemeBlueprint.make({
  name: 'light',
  params: {
    theme: {
      id: 'light',
      title: 'Light',
      variant: 'light',
      icon: <LightModeOutlined />,
      Provider: ({ children }) => (
        <ShopfloorThemeProvider mode="light">{children}</ShopfloorThemeProvider>
      ),
    },
  },
});

const darkTheme = ThemeBlueprint.make({
  name: 'dark',
  params: {
    theme: {
      id: 'dark',
      title: 'Dark',
      variant: 'dark',
      icon: <DarkModeOutlined />,
      Provider: ({ children }) => (
        <ShopfloorThemeProvider mode="dark">{children}</ShopfloorThemeProvider>
      ),
    },
  },
});

/** Our themes in the place of Backstage's. */
export const themeModule = createFrontendModule({
  pluginId: 'app',
  extensions: [lightTheme, darkTheme],
});
