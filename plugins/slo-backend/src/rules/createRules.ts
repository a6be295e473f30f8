import { SloConfig } from '../config';
import { FileRulesTarget } from './FileRulesTarget';
import { OperatorRulesTarget } from './OperatorRulesTarget';
import { SloRules, SloRulesOptions } from './SloRules';

/** What keeps the rules, to where the configuration says; `undefined` when it says nowhere. */
export function createRules(
  config: SloConfig,
  options: Omit<SloRulesOptions, 'target'>,
): SloRules | undefined {
  const { operator, rulesDirectory } = config;
  const { clients } = options;
  if (operator) {
    return new SloRules({
      ...options,
      target: OperatorRulesTarget.create({ ...operator, clients }),
    });
  }
  return rulesDirectory === undefined
    ? undefined
    : new SloRules({
        ...options,
        target: new FileRulesTarget({ directory: rulesDirectory, clients }),
      });
}
