/** One bucket or partition as a member sees it. */
export interface UnitLease<Unit> {
  unit: Unit;
  /** Who holds it now; absent when free or expired. */
  holder?: string;
}

/** What a member sees of a group. */
export interface LeaseView<Unit> {
  /** The member that decides. */
  member: string;
  /** Every live member, the deciding one included. */
  members: readonly string[];
  /** Every unit, in an order all members agree on. */
  units: readonly UnitLease<Unit>[];
}

/** What the member does next. */
export interface LeaseDecision<Unit> {
  claim: Unit[];
  release: Unit[];
}

/**
 * How many units each member is to hold: equal shares, and what is left over goes
 * to those that hold most already, so that a join or a death moves as little as it can.
 */
export function leaseQuotas<Unit>(
  view: Omit<LeaseView<Unit>, 'member'>,
): Map<string, number> {
  const held = new Map(view.members.map(member => [member, 0]));
  for (const { holder } of view.units) {
    if (holder !== undefined && held.has(holder)) {
      held.set(holder, held.get(holder)! + 1);
    }
  }
  const share = Math.floor(view.units.length / held.size);
  const extra = view.units.length % held.size;
  const ranked = [...held.keys()].sort(
    (a, b) => held.get(b)! - held.get(a)! || (a < b ? -1 : 1),
  );
  return new Map(
    ranked.map((member, rank) => [member, rank < extra ? share + 1 : share]),
  );
}

/**
 * Decides alone, from a view that may be old: nothing is taken from another.
 * Whoever has too much gives back, whoever has too little takes what is free, and
 * a claim is a condition in SQL that only one of two can meet.
 */
export function decideLeases<Unit>(view: LeaseView<Unit>): LeaseDecision<Unit> {
  const quotas = leaseQuotas(view);
  const mine = view.units.filter(({ holder }) => holder === view.member);
  const quota = quotas.get(view.member) ?? 0;
  if (mine.length > quota) {
    return { claim: [], release: mine.slice(quota).map(({ unit }) => unit) };
  }
  const free = view.units.filter(({ holder }) => holder === undefined);
  // Members with one view take slices that do not overlap, so that claims seldom collide.
  let start = 0;
  for (const member of [...quotas.keys()].sort()) {
    if (member === view.member) {
      break;
    }
    const held = view.units.filter(({ holder }) => holder === member).length;
    start += Math.max(0, quotas.get(member)! - held);
  }
  const wanted = quota - mine.length;
  const slice = free.slice(start, start + wanted);
  return { claim: slice.map(({ unit }) => unit), release: [] };
}
