import { InputError } from '@backstage/errors';
import { z } from 'zod';
import { QualitySummary } from '../reportTypes';
import { readJson } from './readJson';

const WHAT = 'SonarQube measures';

/** What `GET api/measures/component` answers. */
const answer = z.object({
  component: z.object({
    key: z.string().min(1).max(400),
    measures: z.array(
      z.object({ metric: z.string(), value: z.string().optional() }),
    ),
  }),
});

const COUNTS = {
  bugs: 'bugs',
  vulnerabilities: 'vulnerabilities',
  code_smells: 'codeSmells',
  security_hotspots: 'hotspots',
} as const;
const PERCENTAGES = {
  coverage: 'coverage',
  duplicated_lines_density: 'duplicatedLines',
} as const;

/**
 * The answer of SonarQube's `api/measures/component`, asked with `metricKeys` such as
 * `alert_status,bugs,vulnerabilities,security_hotspots,code_smells,coverage,duplicated_lines_density`.
 *
 * @throws InputError with the field
 */
export function parseSonarqube(text: string): QualitySummary {
  const { component } = readJson(WHAT, text, answer);
  const summary: QualitySummary = { project: component.key, gate: '' };
  let taken = 0;
  component.measures.forEach(({ metric, value }, index) => {
    if (value === undefined) {
      return;
    }
    const wrong = (expected: string) =>
      new InputError(
        `${WHAT}: component.measures.${index}.value: ${metric} is not ${expected}`,
      );
    if (metric === 'alert_status') {
      if (!/^[A-Z]{1,20}$/.test(value)) {
        throw wrong('a status such as OK or ERROR');
      }
      summary.gate = value;
    } else if (Object.hasOwn(COUNTS, metric)) {
      if (!/^\d{1,12}$/.test(value)) {
        throw wrong('a whole number');
      }
      summary[COUNTS[metric as keyof typeof COUNTS]] = Number(value);
    } else if (Object.hasOwn(PERCENTAGES, metric)) {
      const percent = Number(value);
      if (value.trim() === '' || !(percent >= 0 && percent <= 100)) {
        throw wrong('a percentage');
      }
      summary[PERCENTAGES[metric as keyof typeof PERCENTAGES]] = percent;
    } else {
      return;
    }
    taken += 1;
  });
  if (taken === 0) {
    throw new InputError(
      `${WHAT}: component.measures: none of ${[
        'alert_status',
        ...Object.keys(COUNTS),
        ...Object.keys(PERCENTAGES),
      ].join(', ')} is there; ask for them with metricKeys`,
    );
  }
  return summary;
}
