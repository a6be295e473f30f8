import { authConfigSpec } from '../access/authConfig.ts';
import { cacheConfigSpec } from '../cache/createCache.ts';
import { type ConfigSpec, describeConfig } from '../config/defineConfig.ts';
import {
  databaseConfigSpec,
  serviceConfigSpec,
} from '../config/serviceConfig.ts';
import { documentsConfigSpec } from '../documents/createDocumentStore.ts';
import { eventsConfigSpec } from '../events/eventsConfig.ts';
import { faultsConfigSpec } from '../faults/Faults.ts';
import { flagsConfigSpec } from '../flags/createFlags.ts';
import { loadConfigSpec } from '../load/loadConfig.ts';
import { searchConfigSpec } from '../search/createSearchIndex.ts';

/** The keys of the kit's parts, as its README has them under Configuration. */
export const KIT_CONFIG_SPECS: Readonly<Record<string, ConfigSpec>> = {
  service: serviceConfigSpec,
  database: databaseConfigSpec,
  access: authConfigSpec,
  load: loadConfigSpec,
  events: eventsConfigSpec,
  flags: flagsConfigSpec,
  faults: faultsConfigSpec,
  cache: cacheConfigSpec,
  documents: documentsConfigSpec,
  search: searchConfigSpec,
};

/** Tables are compared without the padding that a formatter adds. */
export function withoutPadding(markdown: string): string {
  return markdown.replace(/\s+/g, ' ').replace(/-{3,}/g, '---');
}

/**
 * What a page of a service says of its configuration: which of the kit's keys it has,
 * by their groups or one by one, and its own in a table.
 */
export function describeOwnConfig(spec: ConfigSpec): string {
  const kept = Object.entries(KIT_CONFIG_SPECS).map(([group, kit]) => {
    const shared = Object.keys(kit).filter(name => spec[name] === kit[name]);
    return { group, shared, whole: shared.length === Object.keys(kit).length };
  });
  const groups = kept.filter(({ whole }) => whole).map(({ group }) => group);
  const inGroups = new Set(
    kept.flatMap(({ whole, shared }) => (whole ? shared : [])),
  );
  const single = [...new Set(kept.flatMap(({ shared }) => shared))].filter(
    name => !inGroups.has(name),
  );
  const named = [...groups, ...single.map(name => `\`${name}\``)];
  const own = Object.entries(spec).filter(
    ([name]) => !inGroups.has(name) && !single.includes(name),
  );
  return [
    ...(named.length > 0
      ? [
          `Keys of the service kit, explained under Configuration in \`packages/service-kit/README.md\`: ${named.join(', ')}.`,
        ]
      : []),
    ...(own.length > 0 ? [describeConfig(Object.fromEntries(own))] : []),
  ].join('\n\n');
}
