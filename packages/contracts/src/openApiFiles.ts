import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { OpenApiDocument } from './compatibility/openApiCompatibility.ts';
import { contractsFolder } from './contractFiles.ts';

/** An OpenAPI document of a service. */
export interface ServiceApi {
  service: string;
  version: string;
  major: number;
  text: string;
  document: OpenApiDocument;
}

function read(service: string, path: string): ServiceApi {
  const text = readFileSync(path, 'utf8');
  const document = parse(text) as OpenApiDocument;
  const { version } = document.info as { version: string };
  return {
    service,
    version,
    major: Number(version.split('.')[0]),
    text,
    document,
  };
}

/** The document that a service has now, collected by reference from its own folder. */
export function readServiceApi(service: string): ServiceApi | undefined {
  const path = join(contractsFolder, '../../services', service, 'openapi.yaml');
  return existsSync(path) ? read(service, path) : undefined;
}

/** Every published version of a service's document. */
export function readPublishedApis(service: string): ServiceApi[] {
  const folder = join(contractsFolder, 'published/openapi', service);
  return existsSync(folder)
    ? readdirSync(folder).map(name => read(service, join(folder, name)))
    : [];
}

/** Services with a published document. */
export function servicesWithPublishedApi(): string[] {
  const folder = join(contractsFolder, 'published/openapi');
  return existsSync(folder) ? readdirSync(folder) : [];
}

/** Services that offer an API. */
export function servicesWithApi(): string[] {
  const folder = join(contractsFolder, '../../services');
  return readdirSync(folder).filter(service =>
    existsSync(join(folder, service, 'openapi.yaml')),
  );
}
