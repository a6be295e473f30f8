/** What is wrong with a definition, at the line where it begins. */
export interface DoubleProblem {
  file: string;
  line: number;
  column: number;
  field: string;
  message: string;
}

/**
 * Of definitions with one name in several files the first is used; the others are problems of their files.
 *
 * @returns a function to be called with the definitions of each file in turn
 */
export function takeFirst(
  noun: string,
): <T>(options: {
  file: string;
  definitions: T[];
  nameOf: (definition: T) => string;
  lineOf: (definition: T) => number;
}) => { definitions: T[]; problems: Array<DoubleProblem & { name: string }> } {
  const taken = new Map<string, string>();
  return ({ file, definitions, nameOf, lineOf }) => {
    const problems: Array<DoubleProblem & { name: string }> = [];
    const used = definitions.filter(definition => {
      const name = nameOf(definition);
      const other = taken.get(name);
      if (other === undefined) {
        taken.set(name, file);
        return true;
      }
      problems.push({
        name,
        file,
        line: lineOf(definition),
        column: 1,
        field: 'metadata.name',
        message: `The ${noun} "${name}" is defined in ${other} already; that one is used`,
      });
      return false;
    });
    return { definitions: used, problems };
  };
}
