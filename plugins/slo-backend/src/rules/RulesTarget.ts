import { Environment } from '@shopfloor/plugin-environments-common';
import { RuleFile } from '@shopfloor/plugin-slo-common';

/** Where the rules of environments go so that their Prometheus evaluates them. */
export interface RulesTarget {
  /** True when these rules are in force already: written, and evaluated by Prometheus. */
  isCurrent(rules: EnvironmentRules): Promise<boolean>;
  /** True when Prometheus evaluates some version of the rules of an environment. */
  isEvaluated(environment: Environment): Promise<boolean>;
  /**
   * Writes them and asks Prometheus to read them. Safe to repeat, and safe against a kill at any moment: either the old
   * or the new file is there.
   *
   * @throws ServiceUnavailableError when Prometheus does not read them
   */
  apply(rules: EnvironmentRules): Promise<void>;
}

/** Rules of one environment. */
export interface EnvironmentRules {
  environment: Environment;
  /** Of the content; Prometheus records it, so that anyone can ask which rules are in force. */
  version: string;
  file: RuleFile;
  /** The same as YAML, as Prometheus reads it. */
  content: string;
}
