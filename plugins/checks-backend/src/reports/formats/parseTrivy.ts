import { z } from 'zod';
import { MAX_NAMED, ScanSummary } from '../reportTypes';
import { readJson } from './readJson';

const SEVERITIES = {
  CRITICAL: 'critical',
  HIGH: 'high',
  MEDIUM: 'medium',
  LOW: 'low',
  UNKNOWN: 'unrated',
} as const;
const severity = z.enum(
  Object.keys(SEVERITIES) as Array<keyof typeof SEVERITIES>,
);

/** `trivy … --format json`, schema version 2. What a found secret says is not even read. */
const report = z.object({
  SchemaVersion: z.literal(2),
  ArtifactName: z.string().max(1000),
  Results: z
    .array(
      z.object({
        Vulnerabilities: z
          .array(
            z.object({
              VulnerabilityID: z.string().max(200),
              PkgName: z.string().max(500),
              InstalledVersion: z.string().max(200).default(''),
              FixedVersion: z.string().max(500).optional(),
              Severity: severity,
            }),
          )
          .nullish(),
        Misconfigurations: z
          .array(
            z.object({ Status: z.string().optional(), Severity: severity }),
          )
          .nullish(),
        Secrets: z.array(z.object({ Severity: severity })).nullish(),
      }),
    )
    .nullish(),
});

/**
 * A report of Trivy. A vulnerability in several layers or files counts once for each package and version.
 *
 * @throws InputError with the field
 */
export function parseTrivy(text: string): ScanSummary {
  const { ArtifactName, Results } = readJson('Trivy JSON', text, report);
  const results = Results ?? [];
  const found = new Map(
    results
      .flatMap(({ Vulnerabilities }) => Vulnerabilities ?? [])
      .map(item => [
        `${item.VulnerabilityID} ${item.PkgName} ${item.InstalledVersion}`,
        item,
      ]),
  );
  const counts = { critical: 0, high: 0, medium: 0, low: 0, unrated: 0 };
  for (const { Severity } of found.values()) {
    counts[SEVERITIES[Severity]] += 1;
  }
  const isGrave = ({ Severity }: { Severity: keyof typeof SEVERITIES }) =>
    Severity === 'CRITICAL' || Severity === 'HIGH';
  const grave = [...found.values()].filter(isGrave);
  // Those that can be mended first, as that is what there is to do.
  const order = ({ Severity, FixedVersion }: (typeof grave)[number]) =>
    (FixedVersion ? 0 : 2) + (Severity === 'CRITICAL' ? 0 : 1);
  return {
    artifact: ArtifactName,
    ...counts,
    fixable: grave.filter(({ FixedVersion }) => FixedVersion).length,
    secrets: results.reduce(
      (sum, { Secrets }) => sum + (Secrets?.length ?? 0),
      0,
    ),
    misconfigurations: results
      .flatMap(({ Misconfigurations }) => Misconfigurations ?? [])
      .filter(item => item.Status !== 'PASS' && isGrave(item)).length,
    worst: grave
      .sort(
        (a, b) =>
          order(a) - order(b) ||
          (a.VulnerabilityID < b.VulnerabilityID ? -1 : 1),
      )
      .slice(0, MAX_NAMED)
      .map(
        item =>
          `${item.VulnerabilityID} ${item.PkgName} ${item.InstalledVersion}${
            item.FixedVersion ? `, mended in ${item.FixedVersion}` : ''
          }`,
      ),
  };
}
