import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { LoggerService } from '@backstage/backend-plugin-api';
import { stringifyError } from '@backstage/errors';
import { matchesFilter } from '@shopfloor/plugin-entity-access-node';
import { CheckFact, CheckFacts, CheckScope } from '../facts/CheckFacts';
import {
  DefinitionStore,
  GradedWith,
  StoredDefinition,
} from '../store/DefinitionStore';
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

/** All results are read at least this often, whatever the feed says, in milliseconds. */
const READ_ALL_MILLISECONDS = 10 * 60_000;

/** What a round is about. */
interface RoundPlan {
  /** Absent: the check engine does not answer. */
  scopes?: CheckScope[];
  /** What to note when all went well. */
  next?: GradedWith;
  /** Entities to look at; absent: all. */
  only?: string[];
  /** Entities whose results are read; absent: all that are looked at. */
  read?: ReadonlySet<string>;
  failure?: string;
}

/**
 * Works out grades from the results of checks and writes those that became others: of entities whose results changed, that
 * changed themselves, whose outcomes went stale or of which something is waived; of all when a scorecard or check changed.
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
    const { facts, definitions, entities, grades, waivers, logger, now } =
      this.#options;
    const scorecards = await definitions.list();
    const waived = await waivers.inForce(now());
    const plan = await this.#plan(scorecards, signal);
    const { scopes, only } = plan;
    let { failure } = plan;
    for await (const batch of entities.batches(BATCH, only)) {
      signal?.throwIfAborted();
      const stored = await grades.ofEntities(
        batch.map(({ entityRef }) => entityRef),
      );
      let read: Map<string, CheckFact[]> | undefined;
      const toRead = batch
        .filter(entity => mustRead(entity, { scorecards, stored, plan }))
        .map(({ entityRef }) => entityRef);
      if (scopes && failure === undefined) {
        try {
          const found = await facts.read(
            { entityRefs: toRead, checks: askedFor(scorecards) },
            signal,
          );
          read = new Map(toRead.map(ref => [ref, found.get(ref) ?? []]));
        } catch (error) {
          failure = (error as Error).message;
          logger.warn(`Results could not be read: ${stringifyError(error)}`);
        }
      }
      await this.#gradeBatch({
        batch,
        scorecards,
        stored,
        waived,
        scopes,
        read,
      });
      if (read) {
        await entities.markGraded(batch);
      }
    }
    if (plan.next && failure === undefined) {
      await definitions.saveGraded({ ...plan.next, now: now() });
    } else {
      await definitions.saveGradingFailure(failure ?? 'Checks are not there');
    }
  }

  async #plan(
    scorecards: StoredDefinition[],
    signal?: AbortSignal,
  ): Promise<RoundPlan> {
    const { facts, definitions, entities, grades, waivers, logger, now } =
      this.#options;
    const before = await definitions.gradedWith();
    const at = now();
    try {
      // First from where to go on, then what is read: what changes in between is given again.
      const changes = await facts.changes(before?.cursor, signal);
      const scopes = await facts.listChecks(signal);
      const hash = hashOf(scorecards);
      const isWhole =
        !before ||
        !changes.entityRefs ||
        at.getTime() - before.readAt.getTime() > READ_ALL_MILLISECONDS ||
        before.definitions !== hash ||
        !isDeepStrictEqual(before.scopes, scopes);
      const next = {
        cursor: changes.cursor,
        readAt: isWhole ? at : before.readAt,
        definitions: hash,
        scopes,
      };
      if (isWhole) {
        return { scopes, next };
      }
      const read = new Set([
        ...changes.entityRefs!,
        ...(await entities.ungraded()),
      ]);
      const [due, waived] = await Promise.all([
        grades.due(at),
        waivers.entities(),
      ]);
      return { scopes, next, read, only: [...read, ...due, ...waived] };
    } catch (error) {
      logger.warn(`Checks could not be read: ${stringifyError(error)}`);
      return { failure: (error as Error).message };
    }
  }

  async #gradeBatch(options: {
    batch: ProjectedEntity[];
    scorecards: StoredDefinition[];
    stored: StoredGrade[];
    waived: Map<string, Set<string>>;
    scopes: CheckScope[] | undefined;
    /** Of whom it says nothing, what was read the last time counts. */
    read: Map<string, CheckFact[]> | undefined;
  }): Promise<void> {
    const { batch, scorecards, waived, scopes, read } = options;
    const { grades, now } = this.#options;
    const stored = new Map(
      options.stored.map(grade => [keyOf(grade.scorecard, grade), grade]),
    );
    const changes: GradeChangeToSave[] = [];
    const at = now();
    for (const entity of batch) {
      const facets = new Set(entity.facets);
      const owner = entity.facets
        .find(facet => facet.startsWith('relations.ownedby='))
        ?.slice('relations.ownedby='.length);
      const facts = read?.get(entity.entityRef);
      for (const scorecard of scorecards) {
        const key = keyOf(scorecard.definition.name, entity);
        if (!matchesFilter(facets, scorecard.definition.appliesTo)) {
          continue;
        }
        const before = stored.get(key);
        stored.delete(key);
        if (!facts && !before) {
          continue;
        }
        const change = gradeAgain({
          scorecard,
          entityRef: entity.entityRef,
          owner,
          facets,
          before,
          facts,
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

function keyOf(scorecard: string, { entityRef }: { entityRef: string }) {
  return `${scorecard} ${entityRef}`;
}

/** Whether results of an entity are to be read: they changed, or some scorecard has not graded it as it grades now. */
function mustRead(
  { entityRef, facets }: ProjectedEntity,
  options: {
    scorecards: StoredDefinition[];
    stored: StoredGrade[];
    plan: RoundPlan;
  },
): boolean {
  const set = new Set(facets);
  const applying = options.scorecards.filter(({ definition }) =>
    matchesFilter(set, definition.appliesTo),
  );
  const { read } = options.plan;
  return applying.some(
    ({ definition, fingerprint }) =>
      !read ||
      read.has(entityRef) ||
      !options.stored.some(
        grade =>
          grade.entityRef === entityRef &&
          grade.scorecard === definition.name &&
          grade.fingerprint === fingerprint,
      ),
  );
}

function hashOf(scorecards: StoredDefinition[]): string {
  return createHash('sha256')
    .update(
      JSON.stringify(
        scorecards.map(({ definition, fingerprint }) => [
          definition.name,
          definition.draft,
          fingerprint,
        ]),
      ),
    )
    .digest('hex');
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
