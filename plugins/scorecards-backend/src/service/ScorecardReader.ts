import { InputError, NotFoundError } from '@backstage/errors';
import {
  CHECK_OUTCOMES,
  CheckOutcome,
  checksRunCreatePermission,
} from '@shopfloor/plugin-checks-common';
import {
  applyWhatIf,
  badgeManagePermission,
  CheckStandingList,
  emptyTally,
  GradeFilter,
  GradeList,
  GradeReport,
  GradeSummary,
  gradeEntity,
  ListGradesOptions,
  OutcomeCounts,
  ancestorsOf,
  rollUpTree,
  RollUpList,
  rollUpTrend,
  RollUpTrend,
  RollUpTrendOptions,
  ScorecardList,
  trendOf,
  waiverRequestPermission,
  WhatIfChange,
  whatIf,
  WhatIfResult,
} from '@shopfloor/plugin-scorecards-common';
import { formatPath } from '@shopfloor/yaml-positions';
import { lower } from '@shopfloor/plugin-entity-access-node';
import { scorecardMeets } from '../access/criteria';
import { GradeAccess, Readable, UserCredentials } from '../access/GradeAccess';
import { DefinitionStore, StoredDefinition } from '../store/DefinitionStore';
import { ListedGrade, TreeNode } from '../store/GradeQueries';
import { checksAt } from '../store/gradeRow';
import { GradeStore } from '../store/GradeStore';
import { NarrowedGrades } from '../store/NarrowedGrades';
import { narrowDefinition } from '../store/narrowGrade';
import { WaiverService } from './WaiverService';

const DEFAULT_LIMIT = 50;
const TREND_DAYS = 30;
const ROLL_UP_TREND_DAYS = 90;
const HISTORY_DAYS = 365;
/** More are not what-iffed or exported at once. */
const MAX_ENTITIES = 20_000;

/** What {@link ScorecardReader} needs. */
export interface ScorecardReaderOptions {
  access: GradeAccess;
  definitions: DefinitionStore;
  queries: NarrowedGrades;
  grades: GradeStore;
  waivers: WaiverService;
  now: () => Date;
}

/** Scorecards and grades as a person may see them. */
export class ScorecardReader {
  readonly #options: ScorecardReaderOptions;

  constructor(options: ScorecardReaderOptions) {
    this.#options = options;
  }

  async listScorecards(credentials: UserCredentials): Promise<ScorecardList> {
    const { access, definitions, queries } = this.#options;
    const readable = await access.readable(credentials);
    const [all, invalid, { knownChecks, ...status }] = await Promise.all([
      definitions.list(),
      definitions.listInvalid(),
      definitions.status(),
    ]);
    const visible = all.filter(stored => isReadable(stored, readable));
    const tallies = await queries.tallies({
      readable,
      filter: {},
      by: 'scorecard',
      levels: levelsOf(visible),
    });
    const known = knownChecks && new Set(knownChecks.map(({ name }) => name));
    const owners = new Map(
      all.map(({ definition }) => [definition.name, lower(definition.owner)]),
    );
    const mayKnow = (name: string) =>
      scorecardMeets(
        { name, owner: owners.get(name) ?? '' },
        readable.scorecards,
      );
    const shown = new Map(
      await Promise.all(
        visible.map(
          async ({ definition }) =>
            [
              definition.name,
              await queries.definitionFor(readable, definition),
            ] as const,
        ),
      ),
    );
    const items = visible.map(stored => ({
      ...stored,
      definition: shown.get(stored.definition.name)!,
    }));
    return {
      items: items.map(({ definition, file, url, line }) => ({
        definition,
        tally:
          tallies.get(definition.name) ?? emptyTally(definition.levels.length),
        unknownChecks: known
          ? definition.checks
              .map(({ check }) => check)
              .filter(check => !known.has(check))
          : [],
        source: { file, line, ...(url && { url }) },
        ...(status.gradedAt && { gradedAt: status.gradedAt }),
      })),
      // Words about a file may name any check of it.
      invalid: (readable.checks ? [] : invalid).flatMap(file => {
        const problems = file.problems.filter(
          ({ scorecard }) => scorecard === undefined || mayKnow(scorecard),
        );
        return problems.length > 0
          ? [
              {
                ...file,
                problems,
                usesOlder: file.usesOlder.filter(mayKnow),
              },
            ]
          : [];
      }),
      status,
    };
  }

  async listGrades(
    options: ListGradesOptions,
    credentials: UserCredentials,
  ): Promise<GradeList> {
    const { access, queries } = this.#options;
    const { sort = 'worst', limit = DEFAULT_LIMIT, offset = 0 } = options;
    const readable = await access.readable(credentials);
    const [rows, states, facets, groups] = await Promise.all([
      queries.list({ readable, filter: options, sort, limit, offset }),
      queries.states(readable, options),
      queries.facets(readable, options.scorecard),
      queries.nodes(readable, ['group']),
    ]);
    const parents = parentsIn(groups);
    const teams = facets.owners.flatMap(owner => [
      owner,
      ...ancestorsOf(owner, parents),
    ]);
    return {
      items: rows.map(row => this.#summary(row)),
      totalItems: Object.values(states).reduce((a, b) => a + b, 0),
      states,
      facets: { ...facets, teams: [...new Set(teams)].sort() },
    };
  }

  /** All that match a filter; at most 20,000. */
  async exportGrades(
    filter: GradeFilter & { scorecard: string },
    credentials: UserCredentials,
  ): Promise<{ definition: StoredDefinition; items: GradeSummary[] }> {
    const { access, queries } = this.#options;
    const readable = await access.readable(credentials);
    const stored = await this.#find(filter.scorecard, readable);
    const definition = {
      ...stored,
      definition: await queries.definitionFor(readable, stored.definition),
    };
    const rows = await queries.list({
      readable,
      filter,
      sort: 'name',
      limit: MAX_ENTITIES,
      offset: 0,
    });
    return { definition, items: rows.map(row => this.#summary(row)) };
  }

  /** @throws NotFoundError when there is none, or none that the person may see */
  async getGrade(
    key: { scorecard: string; entityRef: string },
    credentials: UserCredentials,
  ): Promise<GradeReport> {
    const { access, queries, grades, waivers, now } = this.#options;
    const readable = await access.readable(credentials);
    const entityRef = lower(key.entityRef);
    const [row] = await queries.list({
      readable,
      filter: { scorecard: key.scorecard, entity: entityRef },
      sort: 'name',
      limit: 1,
      offset: 0,
    });
    if (!row) {
      throw new NotFoundError(
        `There is no grade of ${key.entityRef} on the scorecard "${key.scorecard}", or you may not see it`,
      );
    }
    const stored = await this.#find(key.scorecard, readable);
    const summary = this.#summary(row);
    const definition = readable.checks
      ? narrowDefinition(stored.definition, name =>
          summary.checks.some(({ check }) => check === name),
        )
      : stored.definition;
    const since = new Date(now().getTime() - HISTORY_DAYS * 86_400_000);
    const graded = gradeEntity({
      definition,
      outcomes: new Map(
        summary.checks.map(({ check, outcome }) => [check, outcome]),
      ),
      waived: new Set(
        summary.checks.filter(({ waived }) => waived).map(({ check }) => check),
      ),
    });
    const [entries, list, ...may] = await Promise.all([
      readable.checks
        ? queries
            .histories(readable, {
              scorecard: key.scorecard,
              entity: entityRef,
            })
            .then(all => all.filter(({ at }) => at > since))
        : grades.history({ scorecard: key.scorecard, entityRef, since }),
      waivers.list(
        { scorecard: key.scorecard, entity: entityRef },
        credentials,
      ),
      access.may(waiverRequestPermission, credentials, entityRef),
      access.may(badgeManagePermission, credentials, entityRef),
      access.may(checksRunCreatePermission, credentials, entityRef),
    ]);
    const [requestWaiver, manageBadge, runChecks] = may;
    const history = entries.map(({ at, figures }) => ({
      at: at.toISOString(),
      figures,
    }));
    return {
      ...summary,
      definition,
      levels: graded.levels,
      categories: graded.categories,
      waivers: list,
      history,
      trend: trendOf({ points: history, now: now(), periodDays: TREND_DAYS }),
      may: { requestWaiver, manageBadge, runChecks },
    };
  }

  async listRollUps(
    options: { scorecard: string; by: 'team' | 'system' },
    credentials: UserCredentials,
  ): Promise<RollUpList> {
    const { access, queries } = this.#options;
    const { scorecard, by } = options;
    const readable = await access.readable(credentials);
    const { definition } = await this.#find(scorecard, readable);
    const levels = definition.levels.length;
    const [own, nodes] = await Promise.all([
      queries.tallies({
        readable,
        filter: { scorecard },
        by: by === 'team' ? 'owner' : 'system',
        levels: () => levels,
      }),
      queries.nodes(readable, by === 'team' ? ['group'] : ['system', 'domain']),
    ]);
    const parents = parentsIn(nodes);
    return {
      scorecard,
      by,
      items: rollUpTree({ own, parents, levels }).map(rolled => ({
        ...rolled,
        ...(nodes.get(rolled.ref)?.title && {
          title: nodes.get(rolled.ref)!.title,
        }),
      })),
    };
  }

  /** How those who belong to a team, system or domain now did over time. */
  async getRollUpTrend(
    options: RollUpTrendOptions,
    credentials: UserCredentials,
  ): Promise<RollUpTrend> {
    const { access, queries, now } = this.#options;
    const { days = ROLL_UP_TREND_DAYS, scorecard, ...where } = options;
    const readable = await access.readable(credentials);
    await this.#find(scorecard, readable);
    const until = now();
    return {
      scorecard,
      ...rollUpTrend({
        entries: await queries.histories(readable, { scorecard, ...where }),
        from: new Date(until.getTime() - days * 86_400_000),
        until,
      }),
    };
  }

  async listCheckStandings(
    scorecard: string,
    credentials: UserCredentials,
  ): Promise<CheckStandingList> {
    const { access, queries } = this.#options;
    const readable = await access.readable(credentials);
    const stored = await this.#find(scorecard, readable);
    const definition = await queries.definitionFor(readable, stored.definition);
    const found = await queries.checkOutcomes(readable, scorecard);
    const countsOf = (check: string) =>
      Object.fromEntries(
        [...CHECK_OUTCOMES, 'waived'].map(outcome => [
          outcome,
          found.get(`${check}=${outcome}`) ?? 0,
        ]),
      ) as OutcomeCounts;
    return {
      scorecard,
      items: definition.checks
        .map(check => ({ ...check, counts: countsOf(check.check) }))
        .sort(
          (a, b) =>
            b.counts.fail - a.counts.fail ||
            a.check.localeCompare(b.check, 'en-US'),
        ),
    };
  }

  /** @throws InputError when the changed scorecard would not be right */
  async whatIf(
    options: { scorecard: string; change: WhatIfChange },
    credentials: UserCredentials,
  ): Promise<WhatIfResult> {
    const { access, queries, now } = this.#options;
    const readable = await access.readable(credentials);
    const stored = await this.#find(options.scorecard, readable);
    const definition = await queries.definitionFor(readable, stored.definition);
    const { definition: changed, findings: all } = applyWhatIf(
      definition,
      options.change,
    );
    // Levels whose checks are not seen ask for nothing, with the change and without.
    const anyway = readable.checks
      ? applyWhatIf(definition, {}).findings.map(({ message }) => message)
      : [];
    const findings = all.filter(({ message }) => !anyway.includes(message));
    if (findings.length > 0) {
      throw new InputError(
        findings
          .map(({ path, message }) => `${formatPath(path)}: ${message}`)
          .join('; '),
      );
    }
    const rows = await queries.list({
      readable,
      filter: { scorecard: options.scorecard },
      sort: 'name',
      limit: MAX_ENTITIES,
      offset: 0,
    });
    return whatIf({
      definition,
      changed,
      entities: rows.map(({ grade }) => {
        const checks = checksAt(grade.checks, now());
        return {
          entityRef: grade.entityRef,
          outcomes: new Map<string, CheckOutcome>([
            // Of an entity of which a check is not seen it asks nothing.
            ...(readable.checks ? definition.checks : []).map(
              ({ check }) => [check, 'not-applicable'] as const,
            ),
            ...checks.map(({ check, outcome }) => [check, outcome] as const),
          ]),
          waived: new Set(
            checks.filter(({ waived }) => waived).map(({ check }) => check),
          ),
        };
      }),
    });
  }

  /** @throws NotFoundError when there is none, or none that the person may see */
  async findScorecard(
    name: string,
    credentials: UserCredentials,
  ): Promise<{ stored: StoredDefinition; readable: Readable }> {
    const readable = await this.#options.access.readable(credentials);
    return { stored: await this.#find(name, readable), readable };
  }

  async #find(name: string, readable: Readable): Promise<StoredDefinition> {
    const stored = (await this.#options.definitions.list()).find(
      ({ definition }) => definition.name === name,
    );
    if (!stored || !isReadable(stored, readable)) {
      throw new NotFoundError(
        `There is no scorecard "${name}", or you may not see it`,
      );
    }
    return stored;
  }

  #summary({ grade, ...entity }: ListedGrade): GradeSummary {
    const checks = checksAt(grade.checks, this.#options.now());
    const counts: OutcomeCounts = {
      pass: 0,
      fail: 0,
      unknown: 0,
      stale: 0,
      'not-applicable': 0,
      waived: 0,
    };
    for (const { outcome, waived } of checks) {
      counts[outcome] += 1;
      counts.waived += waived ? 1 : 0;
    }
    return {
      scorecard: grade.scorecard,
      entityRef: grade.entityRef,
      ...entity,
      figures: grade.figures,
      withoutWaivers: grade.withoutWaivers,
      counts,
      checks,
      ...(grade.observedAt && { observedAt: grade.observedAt.toISOString() }),
      gradedAt: grade.gradedAt.toISOString(),
      since: grade.since.toISOString(),
    };
  }
}

/** Parent by node. One that the person may not see is no parent. */
function parentsIn(nodes: ReadonlyMap<string, TreeNode>): Map<string, string> {
  return new Map(
    [...nodes.values()].flatMap(({ ref, parent }) =>
      parent && nodes.has(parent) ? [[ref, parent] as const] : [],
    ),
  );
}

function isReadable(
  { definition }: StoredDefinition,
  readable: Readable,
): boolean {
  return scorecardMeets(
    { name: definition.name, owner: lower(definition.owner) },
    readable.scorecards,
  );
}

function levelsOf(stored: StoredDefinition[]): (name: string) => number {
  const levels = new Map(
    stored.map(({ definition }) => [definition.name, definition.levels.length]),
  );
  return name => levels.get(name) ?? 0;
}
