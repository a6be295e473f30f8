import { Knex } from 'knex';
import { DiscoveredSlo } from './SloStore';

/** Notes from when to when a definition names which maintenance. */
export async function saveMaintenance(
  tx: Knex.Transaction,
  slo: DiscoveredSlo,
  at: Date,
): Promise<void> {
  const entries = (slo.definition.maintenance ?? []).map(window =>
    JSON.stringify(window),
  );
  const open = () =>
    tx('slo_maintenance').where({ slo_id: slo.id }).whereNull('until');
  const known: string[] = await open().pluck('entry');
  const gone = known.filter(entry => !entries.includes(entry));
  const fresh = new Set(entries.filter(entry => !known.includes(entry)));
  if (gone.length > 0) {
    await open().whereIn('entry', gone).update({ until: at });
  }
  if (fresh.size > 0) {
    await tx('slo_maintenance')
      .insert([...fresh].map(entry => ({ slo_id: slo.id, entry, since: at })))
      .onConflict(['slo_id', 'entry', 'since'])
      .merge({ until: null });
  }
}
