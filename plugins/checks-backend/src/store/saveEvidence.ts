import { randomUUID } from 'crypto';
import { JsonValue } from '@backstage/types';
import { CollectedEvidence, Collector } from '@shopfloor/plugin-checks-node';
import { Knex } from 'knex';
import { hashOf } from './hash';

/**
 * Writes what a collector saw of an entity: a row of evidence for each thing that is not as it was, and for all of them when
 * they were last seen. The start of the lease counts as the time of seeing, since nothing was seen before it.
 */
export async function saveEvidence(
  tx: Knex.Transaction,
  options: {
    lease: { entityRef: string; collector: string };
    collector: Pick<Collector, 'version' | 'freshnessSeconds'>;
    evidence: CollectedEvidence[];
    startedAt: Date;
  },
): Promise<void> {
  const { lease, collector, evidence, startedAt } = options;
  const of = { entity_ref: lease.entityRef, collector: lease.collector };
  const current = new Map(
    (await tx('checks_evidence_current').where(of)).map(row => [row.key, row]),
  );
  for (const item of evidence) {
    const hash = evidenceHash(item, collector.version);
    const observedAt = new Date(
      Math.min(
        startedAt.getTime(),
        item.observedAt?.getTime() ?? Number.POSITIVE_INFINITY,
      ),
    );
    const before = current.get(item.key);
    current.delete(item.key);
    let id: string = before?.evidence_id;
    if (before?.hash !== hash) {
      id = randomUUID();
      await tx('checks_evidence').insert({
        id,
        ...of,
        collector_version: collector.version,
        key: item.key,
        value: item.value === undefined ? null : JSON.stringify(item.value),
        unknown: item.unknown ? JSON.stringify(item.unknown) : null,
        source: item.source,
        refs: JSON.stringify(item.references),
        hash,
        first_observed_at: observedAt,
        replaces: before?.evidence_id ?? null,
      });
    }
    await tx('checks_evidence_current')
      .insert({
        ...of,
        key: item.key,
        evidence_id: id,
        hash,
        observed_at: observedAt,
        stale_at: new Date(
          observedAt.getTime() + collector.freshnessSeconds * 1000,
        ),
      })
      .onConflict(['entity_ref', 'collector', 'key'])
      .merge();
  }
  await tx('checks_evidence_current')
    .where(of)
    .whereIn('key', [...current.keys()])
    .delete();
}

/** Commits and versions of objects move without anything of interest changing, so they are not part of it. */
function evidenceHash(item: CollectedEvidence, version: string): string {
  return hashOf([
    version,
    item.source,
    (item.value ?? null) as JsonValue,
    (item.unknown ?? null) as unknown as JsonValue,
    item.references.map(({ kind, target, line }) => [
      kind,
      target,
      line ?? null,
    ]),
  ] as JsonValue);
}
