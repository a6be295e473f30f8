import type { ServiceMetrics } from '@shopfloor/service-kit';
import { Counter, Gauge, Histogram } from 'prom-client';

/** Metrics of the process of orders. */
export interface ProcessMetrics {
  steps: Histogram<'step' | 'outcome'>;
  transitions: Counter<'state'>;
  lost: Counter;
  states: Gauge<'state'>;
  moves: Counter<'kind' | 'outcome'>;
}

/** Registers them. */
export function createProcessMetrics(metrics: ServiceMetrics): ProcessMetrics {
  const registers = [metrics.registry];
  return {
    steps: new Histogram({
      name: 'orders_process_step_duration_seconds',
      help: 'Time of one step of an order with its calls, by outcome.',
      labelNames: ['step', 'outcome'],
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2.5, 5, 10],
      registers,
    }),
    transitions: new Counter({
      name: 'orders_process_transitions_total',
      help: 'Orders that entered a state.',
      labelNames: ['state'],
      registers,
    }),
    lost: new Counter({
      name: 'orders_process_lost_leases_total',
      help: 'Steps whose result was not written, since another had moved the order.',
      registers,
    }),
    states: new Gauge({
      name: 'orders_in_state',
      help: 'Orders that are not over, by state, at the last reconciliation.',
      labelNames: ['state'],
      registers,
    }),
    moves: new Counter({
      name: 'orders_money_moves_total',
      help: 'Captures and refunds, by outcome.',
      labelNames: ['kind', 'outcome'],
      registers,
    }),
  };
}
