/** When an alert policy alerts: the burn rate over a window stays above a threshold. */
export interface AlertConditionDefinition {
  name: string;
  displayName?: string;
  description?: string;
  /** As written, for example `page`. */
  severity: string;
  kind: 'burnrate';
  /** Burn rate above which it is breached. */
  threshold: number;
  lookbackSeconds: number;
  /** How long it is breached before it alerts; 0 for at once. */
  alertAfterSeconds: number;
}

/** Where alerts go, by name; what reaches it is decided by Alertmanager's routes. */
export interface AlertTargetDefinition {
  name: string;
  displayName?: string;
  description?: string;
  /** As written, for example `email`; absent when it is defined in another file. */
  target?: string;
}

/** An alert policy named by an SLO. */
export interface AlertPolicyDefinition {
  name: string;
  displayName?: string;
  description?: string;
  alertWhenNoData: boolean;
  alertWhenResolved: boolean;
  alertWhenBreaching: boolean;
  /** Absent when it is defined in another file. */
  condition?: AlertConditionDefinition;
  notificationTargets: AlertTargetDefinition[];
}
