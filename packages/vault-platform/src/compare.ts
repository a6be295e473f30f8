const UNIT_SECONDS: Record<string, number> = {
  s: 1,
  m: 60,
  h: 3_600,
  d: 86_400,
};

/**
 * Whether the server has what was asked for. It answers lists for texts with commas and seconds for durations, and more fields
 * than were sent.
 */
export function isSame(
  wanted: Record<string, unknown>,
  found: Record<string, unknown>,
): boolean {
  return Object.entries(wanted).every(
    ([name, value]) => normal(name, value) === normal(name, found[name]),
  );
}

/** Lines that are only in the one or the other, in order, with `-` and `+`. */
export function lineDiff(before: string, after: string): string[] {
  const lines = (text: string) =>
    text.split('\n').filter(line => line.trim() !== '');
  const [old, fresh] = [lines(before), lines(after)];
  const [oldSet, freshSet] = [new Set(old), new Set(fresh)];
  return [
    ...old.filter(line => !freshSet.has(line)).map(line => `- ${line}`),
    ...fresh.filter(line => !oldSet.has(line)).map(line => `+ ${line}`),
  ];
}

/** The fields that are compared, as lines. */
export function asLines(
  wanted: Record<string, unknown>,
  values: Record<string, unknown> | undefined,
): string {
  if (!values) {
    return '';
  }
  return Object.keys(wanted)
    .map(name =>
      name === 'policy'
        ? String(values[name])
        : `${name} = ${normal(name, values[name])}`,
    )
    .join('\n');
}

function normal(name: string, value: unknown): string {
  if (name === 'policy') {
    return String(value);
  }
  if (Array.isArray(value)) {
    const texts = value.map(String);
    return (name === 'token_policies' ? texts.sort() : texts).join(
      name.endsWith('_statements') ? '\n' : ',',
    );
  }
  if (name === 'token_policies' && typeof value === 'string') {
    return value.split(',').sort().join(',');
  }
  const duration =
    typeof value === 'string' ? /^(\d+)([smhd])$/.exec(value) : null;
  return duration
    ? String(Number(duration[1]) * UNIT_SECONDS[duration[2]])
    : String(value ?? '');
}
