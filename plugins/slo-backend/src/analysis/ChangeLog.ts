import {
  ChangeKind,
  ChangeOutcome,
  RestoreTimes,
} from '@shopfloor/plugin-audit-common';
import { ChangeLogState } from '@shopfloor/plugin-slo-common';
import { SloRequest } from '../service/SloService';

/** What is asked of the log. */
export interface ChangeLogQuery {
  /** At most 100. */
  entityRefs: string[];
  environment?: string;
  from: Date;
  to: Date;
  /** How many of each are wanted, the latest ones. */
  maximum: number;
}

/** A change as it is needed here. */
export interface LoggedChange {
  id: string;
  kind: ChangeKind;
  title: string;
  summary?: string;
  entityRef: string;
  environment: string;
  startedAt: Date;
  endedAt?: Date;
  outcome: ChangeOutcome;
  who?: string;
  url?: string;
}

/** An incident as it is needed here. */
export interface LoggedIncident {
  id: string;
  title: string;
  summary?: string;
  openedAt: Date;
  closedAt?: Date;
}

/** What the log holds; nothing but its state when it could not be asked. */
export interface ChangeLogAnswer {
  state: ChangeLogState;
  /** Latest first. */
  changes: LoggedChange[];
  changesTotal: number;
  /** Latest first. */
  incidents: LoggedIncident[];
  incidentsTotal: number;
  restore?: RestoreTimes;
}

/** Changes and incidents, as far as a person may see them. */
export interface ChangeLog {
  /** Never throws because the log is not there: that is a state. */
  ask(query: ChangeLogQuery, request: SloRequest): Promise<ChangeLogAnswer>;
}
