import { BundledPrograms } from './BundledPrograms.ts';
import { ServiceDatabases } from './ServiceDatabases.ts';

/** What {@link usePrograms} gives, from the first test on. */
export interface UsedPrograms {
  programs: BundledPrograms;
  databases: ServiceDatabases;
}

/** Gives the tests of a `describe` the bundled programs of a service and databases, and clears both away. */
export function usePrograms(source: string): UsedPrograms {
  const used: Partial<UsedPrograms> = {};
  beforeAll(async () => {
    [used.programs, used.databases] = await Promise.all([
      BundledPrograms.create({ source }),
      ServiceDatabases.create(),
    ]);
  }, 120_000);
  afterAll(async () => {
    await used.programs?.close();
    await used.databases?.drop();
  });
  return used as UsedPrograms;
}
