import { CatalogService } from '@backstage/plugin-catalog-node';
import {
  budgetLeft,
  COMPOSITE_OBJECTIVE,
  leafOfObjective,
  PresentedTally,
  RollUpBy,
  rollUpSlos,
  SloDefinition,
  SloRollUpItem,
  SloRollUpList,
  SloSummary,
  SloTally,
  TalliedSlo,
  tallySlos,
} from '@shopfloor/plugin-slo-common';
import { SloRequest } from '../service/SloService';
import { SloStore } from '../store/SloStore';
import { AnalysisStore, EarlierCounts } from './AnalysisStore';
import { readCatalogTree } from './CatalogTree';

const HOUR_MILLISECONDS = 3_600_000;

/** Budgets are compared with those of a week ago; a point that is a day older still counts as that. */
const TREND_MILLISECONDS = 7 * 24 * HOUR_MILLISECONDS;
const TOLERANCE_MILLISECONDS = 24 * HOUR_MILLISECONDS;

/** What {@link readRollUps} needs. */
export interface ReadRollUpsOptions {
  by: RollUpBy;
  /** The SLOs that the person may see. */
  slos: SloSummary[];
  store: SloStore;
  analysisStore: AnalysisStore;
  catalog: CatalogService;
  now: Date;
}

/** SLOs by team or system, the worst first. Only the given ones are counted. */
export async function readRollUps(
  options: ReadRollUpsOptions,
  request: SloRequest,
): Promise<SloRollUpList> {
  const { by, slos, catalog, now } = options;
  const before = new Date(now.getTime() - TREND_MILLISECONDS);
  const tallied = await tallyEach(options, before);
  const nodes = new Map<string, TalliedSlo[]>();
  const without: TalliedSlo[] = [];
  for (const slo of slos) {
    const ref = by === 'team' ? slo.owner : slo.system;
    const entry = tallied.get(slo.id)!;
    if (ref) {
      nodes.set(ref, [...(nodes.get(ref) ?? []), entry]);
    } else {
      without.push(entry);
    }
  }
  const tree = await readCatalogTree(
    { catalog, refs: [...nodes.keys()] },
    request,
  );
  const summaries = new Map(slos.map(slo => [slo.id, slo]));
  const present = (tally: SloTally) => presentTally(tally, summaries);
  const items: SloRollUpItem[] = rollUpSlos({
    nodes,
    parents: tree.parents,
  }).map(({ own, total, ...node }) => ({
    ...node,
    title: tree.titles.get(node.ref),
    own: present(own),
    total: present(total),
  }));
  if (without.length > 0) {
    const tally = present(tallySlos(without));
    items.push({ own: tally, total: tally });
  }
  return {
    by,
    items: items.sort(worstFirst),
    total: present(tallySlos([...tallied.values()])),
    comparedWith: before.toISOString(),
  };
}

async function tallyEach(
  { slos, store, analysisStore }: ReadRollUpsOptions,
  before: Date,
): Promise<Map<string, TalliedSlo>> {
  const earlier = await analysisStore.countsBefore({
    ids: slos.map(({ id }) => id),
    before,
    notBefore: new Date(before.getTime() - TOLERANCE_MILLISECONDS),
  });
  const definitions = new Map(
    (earlier.size > 0 ? await store.listSlos() : []).map(slo => [
      slo.id,
      slo.definition,
    ]),
  );
  return new Map(
    slos.map(slo => [
      slo.id,
      {
        id: slo.id,
        state: slo.state,
        budgetLeft: slo.worstBudgetLeft,
        earlierBudgetLeft: earlierBudgetLeft(
          slo,
          definitions.get(slo.id),
          earlier.get(slo.id),
        ),
      },
    ]),
  );
}

/** The least budget left of all objectives as it was, with the targets of today. */
function earlierBudgetLeft(
  slo: SloSummary,
  definition: SloDefinition | undefined,
  counts: EarlierCounts | undefined,
): number | undefined {
  if (!definition || !counts) {
    return undefined;
  }
  const weighted = definition.composite || Boolean(definition.journey);
  const lefts = slo.objectives.flatMap(({ target }, index) => {
    const part = weighted
      ? COMPOSITE_OBJECTIVE
      : leafOfObjective(definition, index);
    const of = counts.get(part);
    return (of && budgetLeft(of, target)) ?? [];
  });
  return lefts.length > 0 ? Math.min(...lefts) : undefined;
}

function presentTally(
  { worst, ...tally }: SloTally,
  slos: ReadonlyMap<string, SloSummary>,
): PresentedTally {
  const slo = worst && slos.get(worst.id);
  return {
    ...tally,
    ...(slo && {
      worst: {
        id: slo.id,
        name: slo.name,
        displayName: slo.displayName,
        entityRef: slo.entityRef,
        environment: slo.environment,
        budgetLeft: worst.budgetLeft,
        maintenanceSeconds: slo.coverage?.maintenanceSeconds,
      },
    }),
  };
}

/** Most that fail, then most at risk, then the least budget left. */
function worstFirst(a: SloRollUpItem, b: SloRollUpItem): number {
  const left = ({ total }: SloRollUpItem) =>
    total.worst?.budgetLeft ?? Infinity;
  return (
    b.total.states.failing - a.total.states.failing ||
    b.total.states['at-risk'] - a.total.states['at-risk'] ||
    (left(a) === left(b) ? 0 : left(a) - left(b)) ||
    (a.ref ?? '').localeCompare(b.ref ?? '', 'en-US')
  );
}
