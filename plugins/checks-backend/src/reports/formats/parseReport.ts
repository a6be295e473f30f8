import { ReportFormat, ReportSummary } from '../reportTypes';
import { parseCobertura } from './parseCobertura';
import { parseJunit } from './parseJunit';
import { parseLcov } from './parseLcov';
import { parseSonarqube } from './parseSonarqube';
import { parseTrivy } from './parseTrivy';

const parsers: Record<ReportFormat, (text: string) => ReportSummary> = {
  junit: parseJunit,
  cobertura: parseCobertura,
  lcov: parseLcov,
  trivy: parseTrivy,
  sonarqube: parseSonarqube,
};

/**
 * What a report says.
 *
 * @throws InputError that says what is wrong with it, and where
 */
export function parseReport(format: ReportFormat, text: string): ReportSummary {
  return parsers[format](text);
}
