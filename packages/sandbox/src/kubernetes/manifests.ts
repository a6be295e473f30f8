import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { KubernetesObject } from './types.ts';

/** Parses a YAML stream into objects, leaving out empty documents. */
export function parseManifests(
  text: string,
  source: string,
): KubernetesObject[] {
  const documents = parseAllDocuments(text);
  const objects: KubernetesObject[] = [];
  for (const document of 'empty' in documents ? [] : documents) {
    if (document.errors.length > 0) {
      throw new Error(`${source}: ${document.errors[0].message}`);
    }
    const object = document.toJS();
    if (object) objects.push(object);
  }
  return objects;
}

/** Reads every YAML file of a folder, by name. */
export async function readManifests(
  folder: string,
): Promise<KubernetesObject[]> {
  const files = (await readdir(folder)).filter(f => f.endsWith('.yaml')).sort();
  const texts = await Promise.all(
    files.map(async file =>
      parseManifests(await readFile(join(folder, file), 'utf8'), file),
    ),
  );
  return texts.flat();
}
