import { createHash } from 'node:crypto';
import { type Language, texts } from './texts.ts';

const style = `
:root { color-scheme: light dark; --ground: #f4f5f7; --sheet: #ffffff; --ink: #1b1f24; --quiet: #4d5661; --line: #c9ced6;
  --accent: #0b5fb0; --on-accent: #ffffff; --notice: #fff4d6; --on-notice: #4a3500; }
@media (prefers-color-scheme: dark) { :root { --ground: #14171b; --sheet: #1e2329; --ink: #eef1f4; --quiet: #b3bcc7;
  --line: #49525d; --accent: #8cc1ff; --on-accent: #08213d; --notice: #3c3013; --on-notice: #ffe7ad; } }
* { box-sizing: border-box; }
body { margin: 0; padding: 1rem; background: var(--ground); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
.notice { background: var(--notice); color: var(--on-notice); margin: 0 auto 1rem; max-width: 28rem; padding: .5rem 1rem; border-radius: .5rem; }
main { background: var(--sheet); border: 1px solid var(--line); border-radius: .75rem; margin: 0 auto; max-width: 28rem; padding: 1.5rem; }
h1 { font-size: 1.375rem; line-height: 1.3; margin: 0 0 1rem; }
dl { display: grid; grid-template-columns: auto 1fr; gap: .25rem 1rem; margin: 0 0 1.5rem; }
dt, .hint { color: var(--quiet); }
dd { margin: 0; text-align: end; overflow-wrap: anywhere; }
.actions { display: flex; flex-wrap: wrap; gap: .75rem; }
button, .button { flex: 1 1 8rem; min-height: 2.75rem; padding: .5rem 1rem; border: 1px solid var(--accent); border-radius: .5rem; background: transparent;
  color: var(--accent); font: inherit; font-weight: 600; text-align: center; text-decoration: none; cursor: pointer; }
button.primary { background: var(--accent); color: var(--on-accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
label { display: block; font-weight: 600; margin: 0 0 .25rem; }
input { width: 100%; min-height: 2.75rem; padding: .5rem .75rem; margin: 0 0 .75rem; border: 1px solid var(--quiet); border-radius: .5rem; background: var(--sheet);
  color: var(--ink); font: inherit; }
.hint { font-size: .875rem; margin: 0 0 .75rem; }
footer { margin: 1rem auto 0; max-width: 28rem; text-align: end; }
footer a { color: var(--accent); }
[role=status]:empty { display: none; }
`;

const hash = (text: string) =>
  `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** Makes text safe inside HTML, also inside attributes. */
export function escapeHtml(value: string): string {
  return value.replace(
    /[&<>"']/g,
    character => `&#${character.charCodeAt(0)};`,
  );
}

/** A page and the headers it needs. */
export interface RenderedPage {
  html: string;
  headers: Record<string, string>;
}

/** Puts a page together. Every page says that this is a sample system. */
export function renderPage(options: {
  language: Language;
  title: string;
  /** HTML of what is inside `main`. */
  main: string;
  /** Address of the same page in the other language. */
  otherLanguageHref: string;
  script?: string;
  /** Origins that may show this page inside theirs. */
  frameAncestors?: readonly string[];
  /** Origins that a form of this page may lead to. */
  formTargets?: readonly string[];
}): RenderedPage {
  const { language, title, script } = options;
  const t = texts[language];
  const other = language === 'en' ? 'zh-CN' : 'en';
  const html = `<!doctype html>
<html lang="${language === 'zh' ? 'zh-CN' : 'en'}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body>
<p class="notice" role="note">${t.sample}</p>
<main>
<h1>${escapeHtml(title)}</h1>
${options.main}
</main>
<footer><a href="${escapeHtml(options.otherLanguageHref)}" lang="${other}" hreflang="${other}">${t.language}</a></footer>
${script ? `<script>${script}</script>` : ''}
</body>
</html>
`;
  const policy = [
    `default-src 'none'`,
    `style-src ${hash(style)}`,
    script ? `script-src ${hash(script)}` : `script-src 'none'`,
    `connect-src 'self'`,
    `form-action ${["'self'", ...(options.formTargets ?? [])].join(' ')}`,
    `frame-ancestors ${options.frameAncestors?.join(' ') || `'none'`}`,
    `base-uri 'none'`,
  ].join('; ');
  return {
    html,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-language': language === 'zh' ? 'zh-CN' : 'en',
      'content-security-policy': policy,
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      vary: 'Accept-Language',
    },
  };
}
