import path from 'node:path';
import type { ServiceApp } from '../http/createServiceApp.ts';
import { renderOpenApi, writeOpenApi } from './renderOpenApi.ts';

/** Options of {@link writeServiceDocument} and {@link renderServiceDocument}. */
export interface ServiceDocumentOptions {
  /** The folder `src` of a service; the document lies beside it. */
  source: string;
  /** Builds the application whose document it is. */
  createApp: () => Promise<ServiceApp>;
}

/** A service's committed document. */
export function serviceDocumentFile(source: string): string {
  return path.resolve(source, '../openapi.yaml');
}

/** How a committed document is renewed. */
function regenerate(source: string): string {
  return `yarn workspace @shopfloor/${path.basename(path.resolve(source, '..'))} openapi`;
}

/** The document as it is to be committed. */
export async function renderServiceDocument(
  options: ServiceDocumentOptions,
): Promise<string> {
  const app = await options.createApp();
  try {
    return await renderOpenApi(app, regenerate(options.source));
  } finally {
    await app.close();
  }
}

/** Program of a service that writes its document and says whether it was current. */
export async function writeServiceDocument(
  options: ServiceDocumentOptions,
): Promise<void> {
  const { source } = options;
  const app = await options.createApp();
  const changed = await writeOpenApi({
    app,
    file: serviceDocumentFile(source),
    regenerate: regenerate(source),
  });
  process.stdout.write(`openapi.yaml ${changed ? 'written' : 'is current'}\n`);
  await app.close();
}
