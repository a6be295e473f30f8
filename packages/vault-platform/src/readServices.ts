import { existsSync, readdirSync, readFileSync } from 'fs';
import { join } from 'path';
import {
  parseDeclarations,
  SECRETS_ANNOTATION,
} from '@shopfloor/plugin-secrets-common';
import { parseAllDocuments } from 'yaml';
import { PlatformService } from './types';

/** Annotation that says in which environments a service runs. */
const ENVIRONMENTS_ANNOTATION = 'shopfloor.dev/environments';

interface Component {
  kind?: string;
  metadata?: {
    name: string;
    namespace?: string;
    annotations?: Record<string, string>;
  };
}

/**
 * The services of a folder that declare secrets, by their `catalog-info.yaml` and the file that it points to.
 *
 * @param folder - for example `services`
 * @throws Error with every problem of every file, by line and field
 */
export function readServices(folder: string): PlatformService[] {
  const problems: string[] = [];
  const services = readdirSync(folder)
    .sort()
    .map(name => join(folder, name))
    .filter(path => existsSync(join(path, 'catalog-info.yaml')))
    .flatMap((path): PlatformService[] => {
      const component = componentOf(join(path, 'catalog-info.yaml'));
      const annotations = component?.metadata?.annotations ?? {};
      const declared = annotations[SECRETS_ANNOTATION];
      if (!component?.metadata || !declared) {
        return [];
      }
      const { name, namespace = 'default' } = component.metadata;
      const file = join(path, declared);
      const parsed = parseDeclarations(readFileSync(file, 'utf8'), {
        file,
        service: name,
      });
      problems.push(
        ...parsed.problems.map(
          problem => `${file}:${problem.line}: ${problem.message}`,
        ),
      );
      return [
        {
          entityRef: `component:${namespace}/${name}`,
          service: name,
          secrets: parsed.secrets,
          environments: annotations[ENVIRONMENTS_ANNOTATION]?.split(',').map(
            each => each.trim(),
          ),
        },
      ];
    });
  if (problems.length > 0) {
    throw new Error(problems.join('\n'));
  }
  return services;
}

function componentOf(file: string): Component | undefined {
  return parseAllDocuments(readFileSync(file, 'utf8'))
    .map(document => document.toJS() as Component)
    .find(({ kind }) => kind === 'Component');
}
