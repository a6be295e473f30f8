import { windowLengthSeconds } from '../math/calendar';
import { combineParts } from '../math/composite';
import { formatDuration } from '../openslo/duration';
import { ObjectiveDefinition, TimeWindow } from '../openslo/types';
import { absentAlert, burnAlerts, policyAlerts } from './alertRules';
import {
  maintenanceRule,
  measureExpressions,
  rateRules,
  sliceRules,
  sumRules,
} from './measureRules';
import {
  COMPOSITE_OBJECTIVE,
  objectiveLabels,
  ObjectiveLabel,
  SLO_SERIES,
  stepKey,
} from './names';
import { LeftOut, PrometheusRule, RuleGroup, RuleSubject } from './types';
import {
  compositeRules,
  isLongWindow,
  recordedWindows,
  WeightedPart,
  windowRules,
} from './windowRules';

const FAST = '30s';
const SLOW = '1m';

/** Collects the rules of one SLO by how often they are evaluated. */
export class SubjectRules {
  readonly #subject: RuleSubject;
  readonly #steps: ReadonlyMap<string, RuleSubject>;
  readonly #intervalSeconds: number;
  readonly #now: number;
  readonly #leftOut: LeftOut[];
  readonly #measure: PrometheusRule[] = [];
  readonly #fast: PrometheusRule[] = [];
  readonly #slow: PrometheusRule[] = [];

  constructor(options: {
    subject: RuleSubject;
    steps: ReadonlyMap<string, RuleSubject>;
    intervalSeconds: number;
    now: Date;
    leftOut: LeftOut[];
  }) {
    this.#subject = options.subject;
    this.#steps = options.steps;
    this.#intervalSeconds = options.intervalSeconds;
    this.#now = Math.floor(options.now.getTime() / 1000);
    this.#leftOut = options.leftOut;
  }

  groups(): RuleGroup[] {
    const { definition } = this.#subject;
    if (definition.journey) {
      this.#addJourney();
    } else {
      this.#addObjectives();
    }
    if (this.#slow.length === 0) {
      return [];
    }
    const group = (part: string, interval: string, rules: PrometheusRule[]) =>
      rules.length > 0
        ? [{ name: `${this.#subject.id}:${part}`, interval, rules }]
        : [];
    return [
      ...group('rates', formatDuration(this.#intervalSeconds), this.#measure),
      ...group('long', SLOW, this.#slow),
      ...group('short', FAST, this.#fast),
    ];
  }

  #leaveOut(reason: string) {
    this.#leftOut.push({ id: this.#subject.id, reason });
  }

  #addMaintenance() {
    const rule = maintenanceRule(this.#subject, this.#now);
    if (rule) {
      this.#measure.push(rule);
    }
  }

  #addObjectives() {
    const { definition } = this.#subject;
    const measured = definition.objectives.map((objective, index) => ({
      objective,
      label: String(index),
      expressions: measureExpressions({
        indicator: objective.indicator ?? definition.indicatorDefinition,
        objective,
        environment: this.#subject.environment,
      }),
    }));
    const raw = measured.some(
      ({ objective }) =>
        (objective.indicator ?? definition.indicatorDefinition)?.kind === 'raw',
    );
    if (raw && definition.budgetingMethod === 'Occurrences') {
      this.#leaveOut('A raw ratio has no budget of occurrences');
      return;
    }
    if (definition.composite && measured.some(part => !part.expressions)) {
      this.#leaveOut('A part of the composite cannot be computed');
      return;
    }
    this.#addMaintenance();
    for (const { objective, label, expressions } of measured) {
      if (!expressions) {
        this.#leaveOut(`Objective ${label} cannot be computed`);
        continue;
      }
      const { source } = expressions;
      this.#measure.push(
        ...rateRules(this.#subject, label, expressions, this.#intervalSeconds),
      );
      this.#addWindows(label, objective);
      if (!definition.composite) {
        this.#addAlerts(label, objective.target, this.#windows(objective));
      }
      this.#slow.push(
        absentAlert({ subject: this.#subject, objective: label, source }),
      );
    }
    if (definition.composite) {
      this.#addComposite();
    }
  }

  #windows(objective: ObjectiveDefinition | undefined): number[] {
    return recordedWindows(this.#subject.definition, objective, this.#now);
  }

  #addWindows(label: ObjectiveLabel, objective: ObjectiveDefinition) {
    const subject = this.#subject;
    this.#slow.push(
      ...(subject.definition.budgetingMethod === 'Occurrences'
        ? sumRules(subject, label, this.#intervalSeconds)
        : sliceRules(subject, label, objective)),
    );
    for (const seconds of this.#windows(objective)) {
      this.#place(seconds).push(
        ...windowRules({
          subject,
          objective: label,
          definition: objective,
          seconds,
          intervalSeconds: this.#intervalSeconds,
        }),
      );
    }
  }

  #place(seconds: number): PrometheusRule[] {
    return isLongWindow(seconds) ? this.#slow : this.#fast;
  }

  #addComposite() {
    const { objectives } = this.#subject.definition;
    const parts = objectives.map(({ weight = 1 }, index) => ({
      id: this.#subject.id,
      objective: String(index),
      weight,
    }));
    const { target } = combineParts(
      objectives.map(({ target: own, weight = 1 }) => ({
        target: own,
        weight,
      })),
    );
    const windows = objectives
      .map(objective => this.#windows(objective))
      .reduce((all, own) => all.filter(seconds => own.includes(seconds)));
    this.#addWhole(parts, target, windows);
  }

  #addJourney() {
    const { definition, environment } = this.#subject;
    const parts: WeightedPart[] = [];
    let windows = this.#windows(undefined);
    for (const step of definition.journey ?? []) {
      const found = this.#steps.get(stepKey(step));
      if (!found || found.definition.journey) {
        this.#leaveOut(
          found
            ? `Step ${step.entityRef}/${step.slo} is a journey itself`
            : `There is no SLO "${step.slo}" of ${step.entityRef} in ${environment}`,
        );
        return;
      }
      const { composite, objectives } = found.definition;
      const own = recordedWindows(found.definition, objectives[0], this.#now);
      windows = windows.filter(seconds => own.includes(seconds));
      parts.push({
        id: found.id,
        objective: composite ? COMPOSITE_OBJECTIVE : '0',
        weight: step.weight,
      });
    }
    this.#addMaintenance();
    this.#addWhole(parts, definition.objectives[0].target, windows);
  }

  #addWhole(parts: WeightedPart[], target: number, windows: number[]) {
    for (const seconds of windows) {
      this.#place(seconds).push(
        ...compositeRules({
          subject: this.#subject,
          objective: COMPOSITE_OBJECTIVE,
          parts,
          seconds,
        }),
      );
    }
    this.#addAlerts(COMPOSITE_OBJECTIVE, target, windows);
  }

  #addAlerts(objective: ObjectiveLabel, target: number, windows: number[]) {
    const { definition } = this.#subject;
    const options = {
      subject: this.#subject,
      objective,
      target,
      periodSeconds: windowLengthSeconds(definition.timeWindow, this.#now),
      windows,
    };
    this.#fast.push(...burnAlerts(options), ...policyAlerts(options));
    const labels = objectiveLabels(this.#subject, objective);
    this.#slow.push(
      { record: SLO_SERIES.target, expr: `vector(${target})`, labels },
      {
        record: SLO_SERIES.info,
        expr: 'vector(1)',
        labels: {
          ...labels,
          entity_ref: this.#subject.entityRef,
          ...(this.#subject.owner && { owner: this.#subject.owner }),
          period: period(definition.timeWindow),
          budgeting_method: definition.budgetingMethod,
          target: String(target),
        },
      },
    );
  }
}

function period(window: TimeWindow): string {
  return window.kind === 'rolling'
    ? window.duration
    : `${window.duration}@${window.timeZone}`;
}
