import { unstable_ClassNameGenerator } from '@mui/material/className';

// Material UI 4 and 5 live on one page, so the unified theme prefixes the class names of version 5. Some modules compute their
// class names once, when they are imported: this must run before any `@mui/material` module, or rules and elements disagree.
unstable_ClassNameGenerator.configure(componentName =>
  (componentName ?? '').startsWith('v5-')
    ? componentName
    : `v5-${componentName}`,
);
