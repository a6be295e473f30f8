import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { callGraph, type CallGraph } from './callGraph.ts';

interface CatalogEntity {
  kind: string;
  metadata: { name: string };
  spec: { type?: string; consumesApis?: string[] };
}

interface Values {
  name: string;
  callers?: { serviceAccount: string; namespace?: string }[];
}

function servicesOf(repoRoot: string, file: string): string[] {
  const services = join(repoRoot, 'services');
  return readdirSync(services)
    .map(name => join(services, name, file))
    .filter(path => existsSync(path));
}

/** Calls that the catalog knows: a service consumes the API that has the other service's name. */
export function catalogCalls(repoRoot: string): CallGraph {
  return callGraph(
    servicesOf(repoRoot, 'catalog-info.yaml').flatMap(path =>
      parseAllDocuments(readFileSync(path, 'utf8'))
        .map(document => document.toJS() as CatalogEntity)
        .filter(({ kind }) => kind === 'Component')
        .flatMap(({ metadata, spec }) =>
          (spec.consumesApis ?? []).map(
            api => [metadata.name, api.replace(/^.*[:/]/, '')] as const,
          ),
        ),
    ),
  );
}

/** Stands for a system outside, which calls back by webhook when it likes: nobody of the shop waits for that. */
const OUTSIDE = 'test-payment-provider';

/** Calls that the mesh lets through: the callers in each service's values. The gateway is no service. */
export function permittedCalls(repoRoot: string): CallGraph {
  return callGraph(
    servicesOf(repoRoot, 'deploy/values.yaml').flatMap(path => {
      const { name, callers = [] } = parse(
        readFileSync(path, 'utf8'),
      ) as Values;
      return callers
        .filter(
          ({ namespace, serviceAccount }) =>
            namespace === undefined && serviceAccount !== OUTSIDE,
        )
        .map(({ serviceAccount }) => [serviceAccount, name] as const);
    }),
  );
}
