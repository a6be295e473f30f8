import { CoverageSummary } from '../reportTypes';

/** Counts lines and branches of files. A line that is reported several times is one line, covered when any of them is. */
export class CoverageCounter {
  readonly #lines = new Map<string, boolean>();
  readonly #branches = new Map<string, { covered: number; valid: number }>();

  line(file: string, line: number, hits: number): void {
    const key = `${file}\0${line}`;
    this.#lines.set(key, hits > 0 || this.#lines.get(key) === true);
  }

  /** Branches that start at a line; the report that saw most of them counts. */
  branches(
    file: string,
    line: number,
    branches: { covered: number; valid: number },
  ): void {
    const key = `${file}\0${line}`;
    const before = this.#branches.get(key);
    this.#branches.set(key, {
      covered: Math.max(before?.covered ?? 0, branches.covered),
      valid: Math.max(before?.valid ?? 0, branches.valid),
    });
  }

  get isEmpty(): boolean {
    return this.#lines.size === 0;
  }

  summary(): CoverageSummary {
    const branches = [...this.#branches.values()];
    return coverageSummary({
      linesCovered: [...this.#lines.values()].filter(Boolean).length,
      linesValid: this.#lines.size,
      branchesCovered: branches.reduce((sum, { covered }) => sum + covered, 0),
      branchesValid: branches.reduce((sum, { valid }) => sum + valid, 0),
    });
  }
}

/** Adds the percentage, to two decimals and never rounded up to 100. */
export function coverageSummary(
  counts: Omit<CoverageSummary, 'linePercent'>,
): CoverageSummary {
  const { linesCovered, linesValid } = counts;
  const percent = linesValid === 0 ? 0 : (100 * linesCovered) / linesValid;
  return { ...counts, linePercent: Math.floor(percent * 100) / 100 };
}
