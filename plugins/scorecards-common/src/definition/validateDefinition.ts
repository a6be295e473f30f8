import { FieldPath } from '@shopfloor/yaml-positions';
import { ScorecardDefinition } from './types';

/** Something wrong with a definition, at a field of its document. */
export interface DefinitionFinding {
  path: FieldPath;
  message: string;
}

/**
 * What the schema cannot say: names are unique and known, thresholds of states are in order, every level asks for
 * something. Empty when the definition grades every entity to exactly one level and state.
 */
export function validateDefinition(
  definition: ScorecardDefinition,
): DefinitionFinding[] {
  const findings: DefinitionFinding[] = [];
  const report = (path: FieldPath, message: string) =>
    findings.push({ path, message });
  const { levels, categories, checks, states } = definition;

  const unique = (list: 'levels' | 'categories', names: string[]) =>
    names.forEach((name, index) => {
      if (names.indexOf(name) !== index) {
        report(
          ['spec', list, index, 'name'],
          `There are two ${list} "${name}"`,
        );
      }
    });
  const levelNames = levels.map(({ name }) => name);
  const categoryNames = categories.map(({ name }) => name);
  unique('levels', levelNames);
  unique('categories', categoryNames);

  if (states.atRisk > states.ok) {
    report(
      ['spec', 'states', 'atRisk'],
      `A service is at risk from ${states.atRisk} % on and ok from ${states.ok} % on; at risk must not be above ok`,
    );
  }
  checks.forEach(({ check, level, category }, index) => {
    const path = ['spec', 'checks', index];
    if (checks.findIndex(other => other.check === check) !== index) {
      report([...path, 'check'], `The check "${check}" is asked for twice`);
    }
    if (!levelNames.includes(level)) {
      report(
        [...path, 'level'],
        `There is no level "${level}"; there are ${levelNames.join(', ')}`,
      );
    }
    if (!categoryNames.includes(category)) {
      report(
        [...path, 'category'],
        `There is no category "${category}"; there are ${categoryNames.join(', ')}`,
      );
    }
  });
  levels.forEach(({ name }, index) => {
    if (!checks.some(({ level }) => level === name)) {
      report(
        ['spec', 'levels', index, 'name'],
        `The level "${name}" asks for no check, so that whoever reaches the one below has it`,
      );
    }
  });
  return findings;
}
