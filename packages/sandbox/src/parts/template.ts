import { existsSync, readFileSync } from 'node:fs';
import { PORT_NAMES } from '../config/ports.ts';
import type { SandboxContext } from '../supervisor/types.ts';

/** What `${…}` stands for in the configuration files of `platform/` that the sandbox renders. */
export function templateValues(ctx: SandboxContext): Record<string, string> {
  const values: Record<string, string> = {
    REPO_ROOT: ctx.repoRoot,
    STATE_DIR: ctx.stateDir,
  };
  for (const name of PORT_NAMES) {
    const key = name.replace(/[A-Z]/g, '_$&').toUpperCase();
    values[`PORT_${key}`] = String(ctx.ports[name]);
  }
  return values;
}

/**
 * Replaces each `${NAME}` in upper case.
 *
 * @throws Error on a name that stands for nothing
 */
export function renderTemplate(
  text: string,
  values: Record<string, string>,
): string {
  return text.replace(/\$\{([A-Z][A-Z0-9_]*)\}/g, (_all, name: string) => {
    const value = values[name];
    if (value === undefined) {
      throw new Error(
        `\${${name}} stands for nothing; known are ${Object.keys(values).join(
          ', ',
        )}`,
      );
    }
    return value;
  });
}

/** Renders a file of the repository for this sandbox. */
export function renderFile(ctx: SandboxContext, path: string): string {
  if (!existsSync(path)) {
    throw new Error(`${path} is missing`);
  }
  return renderTemplate(readFileSync(path, 'utf8'), templateValues(ctx));
}
