const UNIT_SECONDS: Record<string, number> = {
  m: 60,
  h: 3600,
  d: 86_400,
  w: 604_800,
};

/**
 * Seconds of an OpenSLO duration shorthand such as `5m`, `1h`, `30d` or `4w`. Months, quarters and years have no fixed
 * length and give `undefined`, as does anything else.
 *
 * @see https://github.com/OpenSLO/OpenSLO#duration-shorthand
 */
export function parseDurationSeconds(duration: string): number | undefined {
  const match = /^([1-9]\d{0,5})([mhdw])$/.exec(duration);
  return match ? Number(match[1]) * UNIT_SECONDS[match[2]] : undefined;
}

/** True for a duration that only makes sense on a calendar: months (`M`), quarters (`Q`) and years (`Y`). */
export function isCalendarDuration(duration: string): boolean {
  return /^[1-9]\d{0,3}[MQY]$/.test(duration);
}

/** The shortest exact shorthand of whole seconds: `3600` gives `1h`, `90` gives `90s`. */
export function formatDuration(seconds: number): string {
  for (const unit of ['d', 'h', 'm']) {
    if (seconds >= UNIT_SECONDS[unit] && seconds % UNIT_SECONDS[unit] === 0) {
      return `${seconds / UNIT_SECONDS[unit]}${unit}`;
    }
  }
  return `${seconds}s`;
}
