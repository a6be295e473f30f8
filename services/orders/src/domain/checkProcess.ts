import {
  type OrderProcess,
  orderProcess,
  type OrderState,
  type StateDefinition,
} from './orderProcess.ts';

/** Ends that gave everything back. */
const TAKEN_BACK: readonly OrderState[] = ['rejected', 'cancelled'];

function targets(
  definition: StateDefinition,
  signals?: (signal: string) => boolean,
): OrderState[] {
  return Object.entries(definition.on)
    .filter(([signal]) => signals?.(signal) ?? true)
    .flatMap(([, target]) => target as OrderState | readonly OrderState[])
    .flat();
}

function reachable(
  process: OrderProcess,
  from: OrderState,
  edges: (state: OrderState) => OrderState[],
): Set<OrderState> {
  const seen = new Set<OrderState>([from]);
  const waiting = [from];
  for (let state = waiting.pop(); state; state = waiting.pop()) {
    for (const target of edges(state)) {
      if (process[target] && !seen.has(target)) {
        seen.add(target);
        waiting.push(target);
      }
    }
  }
  return seen;
}

/**
 * What is wrong with a process, in words; checked at boot. Every state must be
 * reachable and have a way to an end, every step that acts must say what takes it
 * back, and no way from it to an end that gave everything back may leave that out.
 * A state that passes others must lead to what takes those back, and wait for nobody.
 */
export function checkProcess(process: OrderProcess): string[] {
  const problems: string[] = [];
  const all = (state: OrderState) => targets(process[state]);
  const states = Object.keys(process) as OrderState[];
  // Staff goes back to where an order came from: that is no way of its own.
  const fromStart = reachable(process, 'reserving', state =>
    targets(process[state], signal => signal !== 'resumed'),
  );
  for (const state of states) {
    const definition = process[state];
    for (const target of all(state)) {
      if (!process[target]) {
        problems.push(`${state} leads to ${target}, which does not exist`);
      }
    }
    if (!fromStart.has(state)) {
      problems.push(`${state} cannot be reached`);
    }
    if (
      ![...reachable(process, state, all)].some(
        target => process[target].kind === 'end',
      )
    ) {
      problems.push(`${state} never comes to an end`);
    }
    if (
      definition.kind === 'forward' &&
      definition.step &&
      definition.step !== 'read-payment' &&
      !definition.compensatedBy
    ) {
      problems.push(`${state} has nothing that takes it back`);
    }
    if (definition.kind === 'compensation' && !definition.step) {
      problems.push(`${state} takes nothing back`);
    }
    if (definition.passes && definition.on.cancel) {
      problems.push(`${state} passes states and can be cancelled meanwhile`);
    }
    for (const passed of definition.passes ?? []) {
      const back = process[passed].compensatedBy;
      if (back && !all(state).includes(back)) {
        problems.push(`${state} passes ${passed} and cannot come to ${back}`);
      }
    }
  }
  // What was done before a state follows from the only way to it.
  const order: OrderState[] = [
    'reserving',
    'authorising',
    'confirming',
    'requesting-shipment',
    'fulfilling',
  ];
  order.forEach((state, index) => {
    const done = order
      .slice(0, index)
      // A refused authorisation leaves nothing to void, and says so by `declined`.
      .flatMap(before => process[before].compensatedBy ?? []);
    for (const needed of new Set(done)) {
      const without = reachable(process, state, from =>
        targets(process[from], signal => signal !== 'declined').filter(
          target =>
            target !== needed &&
            target !== 'care' &&
            (from === state || process[from].kind === 'compensation') &&
            process[target].kind !== 'forward',
        ),
      );
      const leak = TAKEN_BACK.find(end => without.has(end));
      if (leak) {
        problems.push(`${state} comes to ${leak} without ${needed}`);
      }
    }
  });
  return problems;
}

/** @throws Error with every problem of the process: the service must not start */
export function assertProcess(process: OrderProcess = orderProcess): void {
  const problems = checkProcess(process);
  if (problems.length > 0) {
    throw new Error(`The order process is broken: ${problems.join('; ')}`);
  }
}
