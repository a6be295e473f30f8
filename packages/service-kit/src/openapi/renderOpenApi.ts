import { readFile, writeFile } from 'node:fs/promises';
import type { ServiceApp } from '../http/createServiceApp.ts';

/**
 * The OpenAPI document of an application as YAML, ready to be committed.
 * Its first line says where it comes from and how to renew it.
 */
export async function renderOpenApi(
  app: ServiceApp,
  regenerate: string,
): Promise<string> {
  await app.ready();
  return `# Generated from the route schemas; do not edit. Renew with: ${regenerate}\n${app.swagger({ yaml: true })}`;
}

/** Writes the document when it differs. Returns whether it did. */
export async function writeOpenApi(options: {
  app: ServiceApp;
  file: string;
  regenerate: string;
}): Promise<boolean> {
  const wanted = await renderOpenApi(options.app, options.regenerate);
  const current = await readFile(options.file, 'utf8').catch(() => undefined);
  if (current === wanted) {
    return false;
  }
  await writeFile(options.file, wanted);
  return true;
}
