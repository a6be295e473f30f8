import { SloDefinition } from '../openslo/types';

/** One rule of Prometheus: it records a series or raises an alert. */
export interface PrometheusRule {
  record?: string;
  alert?: string;
  expr: string;
  /** How long the expression holds before the alert fires, for example `5m`. */
  for?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
}

/** Rules that are evaluated one after the other. */
export interface RuleGroup {
  name: string;
  /** For example `30s`. */
  interval: string;
  rules: PrometheusRule[];
}

/** Content of a file of rules. */
export interface RuleFile {
  groups: RuleGroup[];
}

/** An SLO in an environment, for which rules are made. */
export interface RuleSubject {
  id: string;
  /** `component:default/products`. */
  entityRef: string;
  /** Entity ref; alerts are routed by it. */
  owner?: string;
  environment: string;
  definition: SloDefinition;
}

/** A part of an SLO for which there is no rule. */
export interface LeftOut {
  id: string;
  reason: string;
}
