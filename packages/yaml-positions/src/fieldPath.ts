/** Where a field is inside its document. */
export type FieldPath = Array<string | number>;

/** `['spec', 'objectives', 0, 'target']` as `spec.objectives[0].target`. */
export function formatPath(path: FieldPath): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') {
      return `${text}[${part}]`;
    }
    return text ? `${text}.${part}` : part;
  }, '');
}
