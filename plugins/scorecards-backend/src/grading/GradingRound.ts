import { LoggerService } from '@backstage/backend-plugin-api';
import { stringifyError } from '@backstage/errors';
import { matchesFilter } from '@shopfloor/plugin-entity-access-node';
import { CheckFact, CheckFacts, CheckScope } from '../facts/CheckFacts';
import { DefinitionStore, StoredDefinition } from '../store/DefinitionStore';
import { EntityStore, ProjectedEntity } from '../store/EntityStore';
import { StoredGrade } from '../store/gradeRow';
import { GradeChangeToSave, GradeStore } from '../store/GradeStore';
import { WaiverStore } from '../store/WaiverStore';
import { gradeAgain } from './gradeAgain';

/** What {@link GradingRound} needs. */
export interface GradingRoundOptions {
  facts: CheckFacts;
  definitions: DefinitionStore;
  entities: EntityStore;
  grades: GradeStore;
  waivers: WaiverStore;
  logger: LoggerService;
  now: () => Date;
}

const BATCH = 200;

/**
 * Works out every grade from the results of checks and writes those that became others.
 *
 * When the check engine does not answer, grades are worked out from the results of last time, so that they go stale by
 * themselves and waivers still end.
 */
export class GradingRound {
  readonly #options: GradingRoundOptions;

  constructor(options: GradingRoundOptions) {
    this.#options = options;
  }

  /** One round. */
  async run(signal?: AbortSignal): Promise<void> {
    const { facts, definitions, entities, waivers, logger, now } =
      this.#options;
    const scorecards = await definitions.list();
    const waived = await waivers.inForce(now());
    let scopes: CheckScope[] | undefined;
    let failure: string | undefined;
    try {
      scopes = await facts.listChecks(signal);
    } catch (error) {
      failure = (error as Error).message;
      logger.warn(`Checks could not be read: ${stringifyError(error)}`);
    }
    for await (const batch of entities.batches(BATCH)) {
      signal?.throwIfAborted();
      let read: Map<string, CheckFact[]> | undefined;
      if (scopes && failure === undefined) {
        try {
          read = await facts.read(
            {
              entityRefs: batch
                .filter(entity => appliesAny(entity, scorecards))
                .map(({ entityRef }) => entityRef),
              checks: askedFor(scorecards),
            },
            signal,
          );
        } catch (error) {
          failure = (error as Error).message;
          logger.warn(`Results could not be read: ${stringifyError(error)}`);
        }
      }
      await this.#gradeBatch({ batch, scorecards, waived, scopes, read });
    }
    if (scopes && failure === undefined) {
      await definitions.saveGraded(now(), scopes);
    } else {
      await definitions.saveGradingFailure(failure ?? 'Checks are not there');
    }
  }

  async #gradeBatch(options: {
    batch: ProjectedEntity[];
    scorecards: StoredDefinition[];
    waived: Map<string, Set<string>>;
    scopes: CheckScope[] | undefined;
    /** Absent: what was read the last time counts. */
    read: Map<string, CheckFact[]> | undefined;
  }): Promise<void> {
    const { batch, scorecards, waived, scopes, read } = options;
    const { grades, now } = this.#options;
    const stored = new Map<string, StoredGrade>();
    for (const grade of await grades.ofEntities(
      batch.map(({ entityRef }) => entityRef),
    )) {
      stored.set(`${grade.scorecard} ${grade.entityRef}`, grade);
    }
    const changes: GradeChangeToSave[] = [];
    const at = now();
    for (const entity of batch) {
      const facets = new Set(entity.facets);
      const owner = entity.facets
        .find(facet => facet.startsWith('relations.ownedby='))
        ?.slice('relations.ownedby='.length);
      for (const scorecard of scorecards) {
        const key = `${scorecard.definition.name} ${entity.entityRef}`;
        if (!matchesFilter(facets, scorecard.definition.appliesTo)) {
          continue;
        }
        const before = stored.get(key);
        stored.delete(key);
        if (!read && !before) {
          continue;
        }
        const change = gradeAgain({
          scorecard,
          entityRef: entity.entityRef,
          owner,
          facets,
          before,
          facts: read ? (read.get(entity.entityRef) ?? []) : undefined,
          scopes: scopes ?? [],
          waived: waived.get(key),
          now: at,
        });
        if (change) {
          changes.push(change);
        }
      }
    }
    await grades.save(changes);
    await grades.remove(
      [...stored.values()].map(({ scorecard, entityRef }) => ({
        scorecard,
        entityRef,
      })),
    );
  }
}

function appliesAny(
  { facets }: ProjectedEntity,
  scorecards: StoredDefinition[],
): boolean {
  const set = new Set(facets);
  return scorecards.some(({ definition }) =>
    matchesFilter(set, definition.appliesTo),
  );
}

function askedFor(scorecards: StoredDefinition[]): string[] {
  return [
    ...new Set(
      scorecards.flatMap(({ definition }) =>
        definition.checks.map(({ check }) => check),
      ),
    ),
  ].sort();
}
