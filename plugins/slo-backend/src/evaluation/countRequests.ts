import { PrometheusSample } from '@shopfloor/plugin-environments-node';
import {
  leafNumerator,
  MeasuredLeaf,
  SpanPart,
  TimeSpan,
} from '@shopfloor/plugin-slo-common';
import { excludedWithin } from '../store/excluded';
import { StoredSlo } from '../store/SloStore';

/** Expressions of one query: at most so many, and over so many seconds together. */
const MAX_EXPRESSIONS = 40;
const MAX_SECONDS = 3 * 86_400;

/** Something to be counted in one span. */
export interface CountRequest {
  slo: StoredSlo;
  leaf: MeasuredLeaf;
  span: TimeSpan;
  what: 'events' | 'covered';
  /** Also look at the longest series; only with `covered`. */
  exact?: boolean;
}

/** What was counted; bad ones are not bounded. */
export interface Counted {
  bad: number;
  total: number;
  /** Seconds with data, when that was asked for. */
  seconds: number;
  /** The same as the longest series has it, when that was asked for. */
  longest: number;
  /** The series of counted events was there. */
  countedSeen: boolean;
}

/** PromQL for one part of a request. */
export interface Expression {
  request: CountRequest;
  part: SpanPart | 'longest';
  query: string;
  seconds: number;
}

/** True when the generated rules recorded the whole span. */
export function isRecorded({ slo, span }: CountRequest): boolean {
  return (
    slo.recordedSince !== undefined &&
    slo.recordedSince.getTime() / 1000 <= span.from
  );
}

/** True when a request is answered by what was recorded of every SLO alike. */
export function isBulk(request: CountRequest): boolean {
  return (
    isRecorded(request) &&
    excludedWithin(request.slo, request.span).length === 0
  );
}

/** Requests with the same key are answered by the same query for all SLOs. */
export function bulkKey({ what, leaf, span }: CountRequest): string {
  return `${what} ${leaf.sliceSeconds ?? 0} ${span.from} ${span.to}`;
}

/** Samples with a number; NaN comes from broken series only. */
export function finite(samples: PrometheusSample[]): PrometheusSample[] {
  return samples.filter(({ value }) => Number.isFinite(value));
}

/** Adds the value of an expression to what was counted for its request. */
export function addValue(
  result: Counted,
  expression: Expression,
  value: number,
) {
  const { request, part } = expression;
  switch (part) {
    case 'total':
      result.total += value;
      if (!isRecorded(request) && leafNumerator(request.leaf) === 'good') {
        result.bad += value;
      }
      break;
    case 'counted':
      result.countedSeen = true;
      result.bad +=
        !isRecorded(request) && leafNumerator(request.leaf) === 'good'
          ? -value
          : value;
      break;
    case 'longest':
      result.longest += value;
      break;
    default:
      result.seconds += value;
  }
}

/** Expressions that are asked in one query each. */
export function batches(expressions: Expression[]): Expression[][] {
  const all: Expression[][] = [];
  let seconds = 0;
  for (const expression of expressions) {
    const last = all.at(-1);
    if (
      last &&
      last.length < MAX_EXPRESSIONS &&
      seconds + expression.seconds <= MAX_SECONDS
    ) {
      last.push(expression);
      seconds += expression.seconds;
    } else {
      all.push([expression]);
      seconds = expression.seconds;
    }
  }
  return all;
}
