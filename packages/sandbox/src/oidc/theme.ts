import { join } from 'node:path';
import { build, stop } from 'esbuild';

interface Tokens {
  fontFamily: string;
  radius: number;
  colors: Record<
    'light' | 'dark',
    {
      surface: { app: string; raised: string; hover: string };
      text: { primary: string; secondary: string };
      border: { subtle: string; strong: string };
      accent: { main: string; onMain: string };
      focus: string;
    }
  >;
}

/** The portal's tokens as CSS variables, light and dark, from their one source. */
export async function loadThemeCss(repoRoot: string): Promise<string> {
  const bundled = await build({
    entryPoints: [join(repoRoot, 'packages/ui/src/theme/tokens.ts')],
    bundle: true,
    format: 'esm',
    write: false,
    logLevel: 'silent',
  });
  // Else its helper process would stay.
  await stop();
  const source = Buffer.from(bundled.outputFiles[0].contents).toString(
    'base64',
  );
  const tokens: Tokens = await import(`data:text/javascript;base64,${source}`);
  const variables = (mode: 'light' | 'dark') => {
    const { surface, text, border, accent, focus } = tokens.colors[mode];
    return `--app:${surface.app};--raised:${surface.raised};--hover:${surface.hover};--text:${text.primary};--muted:${text.secondary};--line:${border.subtle};--strong:${border.strong};--accent:${accent.main};--on-accent:${accent.onMain};--focus:${focus};color-scheme:${mode};`;
  };
  return `:root{${variables('light')}--font:${tokens.fontFamily};--radius:${
    tokens.radius
  }px}@media(prefers-color-scheme:dark){:root{${variables('dark')}}}`;
}
