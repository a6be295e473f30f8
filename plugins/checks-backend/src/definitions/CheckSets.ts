import { LoggerService } from '@backstage/backend-plugin-api';
import { Collector } from '@shopfloor/plugin-checks-node';
import { Knex } from 'knex';
import { RuleLanguage } from '../rules/RuleLanguage';
import { DefinitionStore } from '../store/DefinitionStore';
import { CheckSet } from '../store/GradingStore';
import { CompiledCheck, compileCheck, EvidenceTypes } from './compileCheck';

/** Types of all evidence that the collectors give. */
export function evidenceTypes(collectors: Collector[]): EvidenceTypes {
  return new Map(
    collectors.flatMap(({ name, evidence }) =>
      Object.entries(evidence).map(([key, type]) => [`${name}/${key}`, type]),
    ),
  );
}

/** The definitions in use, compiled once for each revision. */
export class CheckSets {
  readonly #store: DefinitionStore;
  readonly #types: EvidenceTypes;
  readonly #language: RuleLanguage;
  readonly #logger: LoggerService;
  #current: CheckSet | undefined;

  constructor(options: {
    store: DefinitionStore;
    types: EvidenceTypes;
    language: RuleLanguage;
    logger: LoggerService;
  }) {
    this.#store = options.store;
    this.#types = options.types;
    this.#language = options.language;
    this.#logger = options.logger;
  }

  /** The set as the given connection or transaction sees it. */
  async current(db?: Knex): Promise<CheckSet> {
    const { revision } = await this.#store.state(db);
    if (this.#current?.revision !== revision) {
      const definitions = await this.#store.list(db);
      const checks = definitions.flatMap(definition => {
        const check = compileCheck({
          definition,
          types: this.#types,
          language: this.#language,
          report: (path, message) =>
            this.#logger.warn(
              `Check ${definition.name} cannot be used by this version of the portal: spec.${path.join(
                '.',
              )} ${message}`,
            ),
        });
        return check ? [check] : ([] as CompiledCheck[]);
      });
      this.#current = { revision, checks };
    }
    return this.#current;
  }
}
