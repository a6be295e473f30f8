import {
  BackstageCredentials,
  LoggerService,
} from '@backstage/backend-plugin-api';
import { ReleaseGateService } from '@shopfloor/plugin-slo-node';
import { ChangeGate, GateDecision } from '@shopfloor/plugin-traffic-common';
import { ReleaseGateRule, TrafficConfig } from '../config';
import { reasonWords } from './gateWords';

/** How long a preview waits for the gate before it says that it does not answer. */
const DEADLINE_MS = 3_000;

/** A step of a service in an environment. */
export interface GateQuestion {
  entityRef: string;
  environment: string;
  /** The largest share that it sends forward, 0 to 1. */
  step: number;
}

/** Asks the release gate about steps forward. */
export interface StepGate {
  /**
   * What the gate has to do with a step; `undefined` when it is not asked: nothing goes forward, or the environment has none.
   * A gate that does not answer is `unknown`, never an error and never a pass.
   */
  consult(
    question: GateQuestion,
    credentials: BackstageCredentials,
  ): Promise<ChangeGate | undefined>;
}

/** What {@link DefaultStepGate} needs. */
export interface DefaultStepGateOptions {
  releaseGate: ReleaseGateService;
  config: Pick<TrafficConfig, 'environments'>;
  logger: LoggerService;
  now: () => Date;
}

/** {@link StepGate} by the release gate of the SLOs and the rule of the environment. */
export class DefaultStepGate implements StepGate {
  readonly #options: DefaultStepGateOptions;

  static create(options: DefaultStepGateOptions): DefaultStepGate {
    return new DefaultStepGate(options);
  }

  private constructor(options: DefaultStepGateOptions) {
    this.#options = options;
  }

  async consult(
    question: GateQuestion,
    credentials: BackstageCredentials,
  ): Promise<ChangeGate | undefined> {
    const { config, logger, now, releaseGate } = this.#options;
    const { entityRef, environment, step } = question;
    const rule = config.environments.get(environment)?.releaseGate;
    if (!rule || step === 0) {
      return undefined;
    }
    try {
      const { decision, reasons, decidedAt } = await releaseGate.ask(
        { entityRef, environment },
        { credentials, signal: AbortSignal.timeout(DEADLINE_MS) },
      );
      return {
        decision,
        step,
        reasons: reasons.map(reasonWords),
        effect: effectOf(decision, rule),
        ...(decision === 'slow-down' && {
          advisedStepPercent: rule.advisedStepPercent,
        }),
        decidedAt,
      };
    } catch (error) {
      const { name, message } = error as Error;
      const unavailable =
        name === 'TimeoutError'
          ? `no answer within ${DEADLINE_MS / 1000} s`
          : message;
      logger.warn(
        `The release gate did not say whether ${entityRef} may be released to ${environment}: ${unavailable}`,
      );
      return {
        decision: 'unknown',
        step,
        reasons: [],
        effect: rule.unknown,
        unavailable,
        decidedAt: now().toISOString(),
      };
    }
  }
}

/** What comes of a decision. One that this program does not know is handled as one that is not known. */
export function effectOf(
  decision: GateDecision,
  rule: ReleaseGateRule,
): ChangeGate['effect'] {
  switch (decision) {
    case 'go':
      return 'pass';
    case 'slow-down':
      return 'tell';
    case 'freeze':
      return rule.freeze;
    default:
      return rule.unknown;
  }
}
