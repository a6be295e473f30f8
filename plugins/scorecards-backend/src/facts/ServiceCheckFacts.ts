import { AuthService } from '@backstage/backend-plugin-api';
import { CheckChanges, CheckResult } from '@shopfloor/plugin-checks-common';
import { ChecksService } from '@shopfloor/plugin-checks-node';
import { CheckFact, CheckFacts, CheckScope } from './CheckFacts';

/** At most so many results on a page, and so many entities in a question, as the API of checks allows. */
const PAGE = 1000;
const MAX_ENTITIES = 200;

/** {@link CheckFacts} from the check engine, in the plugin's own name. */
export class ServiceCheckFacts implements CheckFacts {
  readonly #auth: AuthService;
  readonly #checks: ChecksService;

  constructor(options: { auth: AuthService; checks: ChecksService }) {
    this.#auth = options.auth;
    this.#checks = options.checks;
  }

  async listChecks(signal?: AbortSignal): Promise<CheckScope[]> {
    const { items } = await (await this.#api()).listDefinitions({ signal });
    return items.map(({ name, appliesTo, title, category }) => ({
      name,
      appliesTo,
      ...(title && { title }),
      ...(category && { category }),
    }));
  }

  async changes(since?: string, signal?: AbortSignal): Promise<CheckChanges> {
    return (await this.#api()).listChanges({ since }, { signal });
  }

  async read(
    options: { entityRefs: string[]; checks: string[] },
    signal?: AbortSignal,
  ): Promise<Map<string, CheckFact[]>> {
    const { entityRefs, checks } = options;
    const facts = new Map<string, CheckFact[]>();
    const step = Math.max(
      1,
      Math.min(MAX_ENTITIES, Math.floor(PAGE / Math.max(1, checks.length))),
    );
    const api = await this.#api();
    for (let start = 0; start < entityRefs.length; start += step) {
      const entity = entityRefs.slice(start, start + step);
      let seen = 0;
      let total = Infinity;
      while (seen < total) {
        const page = await api.listResults(
          { entity, check: checks, limit: PAGE, offset: seen },
          { signal },
        );
        for (const result of page.items) {
          const list = facts.get(result.entityRef) ?? [];
          list.push(toFact(result));
          facts.set(result.entityRef, list);
        }
        seen += page.items.length;
        total = page.items.length === 0 ? seen : page.totalItems;
      }
    }
    return facts;
  }

  async #api() {
    return this.#checks.as(await this.#auth.getOwnServiceCredentials());
  }
}

function toFact(result: CheckResult): CheckFact {
  return {
    check: result.check,
    outcome:
      result.outcome === 'stale'
        ? (result.lastOutcome ?? 'unknown')
        : result.outcome,
    ...(result.staleAfter && { staleAfter: result.staleAfter }),
    ...(result.observedAt && { observedAt: result.observedAt }),
  };
}
