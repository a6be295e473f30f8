import { InputError } from '@backstage/errors';
import { CoverageSummary } from '../reportTypes';
import { CoverageCounter, coverageSummary } from './coverage';
import { numberOf, readXml } from './readXml';

const WHAT = 'Cobertura XML';

/**
 * Cobertura XML (coverage-04.dtd), as Istanbul, coverage.py, JaCoCo converters and others write it. Lines are counted
 * themselves; of a report without lines the sums of its root count.
 *
 * @throws InputError with the line
 */
export function parseCobertura(text: string): CoverageSummary {
  const counter = new CoverageCounter();
  const sums: Record<string, number | undefined> = {};
  let file = '';
  readXml(WHAT, text, {
    open(element, parents) {
      const { name, attributes, line } = element;
      if (parents.length === 0) {
        if (name !== 'coverage') {
          throw new InputError(
            `${WHAT}, line ${line}: the root is <${name}>, not <coverage>`,
          );
        }
        for (const sum of [
          'lines-covered',
          'lines-valid',
          'branches-covered',
          'branches-valid',
        ]) {
          sums[sum] = numberOf(WHAT, element, sum);
        }
      } else if (name === 'class') {
        file = attributes.filename ?? attributes.name ?? '';
        // Lines of methods stand again among the lines of their class.
      } else if (name === 'line' && parents.at(-2) === 'class') {
        const number = numberOf(WHAT, element, 'number');
        const hits = numberOf(WHAT, element, 'hits');
        if (number === undefined || hits === undefined) {
          throw new InputError(
            `${WHAT}, line ${line}: <line> needs number and hits`,
          );
        }
        counter.line(file, number, hits);
        const [, covered, valid] =
          /\((\d+)\/(\d+)\)/.exec(attributes['condition-coverage'] ?? '') ?? [];
        if (valid !== undefined) {
          counter.branches(file, number, {
            covered: Number(covered),
            valid: Number(valid),
          });
        }
      }
    },
  });
  if (!counter.isEmpty) {
    return counter.summary();
  }
  const linesCovered = sums['lines-covered'];
  const linesValid = sums['lines-valid'];
  if (linesCovered === undefined || linesValid === undefined) {
    throw new InputError(
      `${WHAT}: there is neither a <line> nor lines-covered and lines-valid at <coverage>`,
    );
  }
  if (linesCovered > linesValid) {
    throw new InputError(
      `${WHAT}: lines-covered ${linesCovered} is more than lines-valid ${linesValid}`,
    );
  }
  return coverageSummary({
    linesCovered,
    linesValid,
    branchesCovered: sums['branches-covered'] ?? 0,
    branchesValid: sums['branches-valid'] ?? 0,
  });
}
