import { AuditorService } from '@backstage/backend-plugin-api';
import { NotFoundError } from '@backstage/errors';
import {
  CheckRun,
  checksDefinitionReadPermission,
  checksDefinitionTestPermission,
  checksRunCreatePermission,
  evidenceName,
  ListResultsOptions,
} from '@shopfloor/plugin-checks-common';
import { Collector } from '@shopfloor/plugin-checks-node';
import { matchesFilter } from '@shopfloor/plugin-entity-access-node';
import { afterwards, withContent } from '@shopfloor/plugin-audit-node';
import { audited } from '@shopfloor/plugin-requests-node';
import { EvidenceTypes } from '../definitions/compileCheck';
import { parseChecks } from '../definitions/parseChecks';
import { gradeCheck } from '../grading/gradeEntity';
import { RuleLanguage } from '../rules/RuleLanguage';
import { ChangeStore } from '../store/ChangeStore';
import { DefinitionStore } from '../store/DefinitionStore';
import { GradingStore } from '../store/GradingStore';
import { ResultStore } from '../store/ResultStore';
import { RunStore } from '../store/RunStore';
import { WorkStore } from '../store/WorkStore';
import {
  ActRequest,
  ChecksService,
  PersonRequest,
  ReaderRequest,
  ResultName,
} from './ChecksService';
import { EntityGate, nameOf, noChecks } from './EntityGate';
import { ResultAccess } from './ResultAccess';

const DEFAULT_LIMIT = 200;

/** What {@link DefaultChecksService} needs. */
export interface DefaultChecksServiceOptions {
  access: ResultAccess;
  auditor: AuditorService;
  gate: EntityGate;
  definitions: DefinitionStore;
  results: ResultStore;
  grading: GradingStore;
  changes: ChangeStore;
  runs: RunStore;
  work: WorkStore;
  collectors: Collector[];
  types: EvidenceTypes;
  language: RuleLanguage;
}

/** {@link ChecksService} on the stores. What may be seen is part of each query. */
export class DefaultChecksService implements ChecksService {
  readonly #options: DefaultChecksServiceOptions;

  constructor(options: DefaultChecksServiceOptions) {
    this.#options = options;
  }

  async listDefinitions({ credentials }: ReaderRequest) {
    const { access, definitions } = this.#options;
    await access.require(checksDefinitionReadPermission, credentials);
    const [items, invalid, { readAt, failure }] = await Promise.all([
      definitions.list(),
      definitions.listInvalid(),
      definitions.state(),
    ]);
    return {
      items,
      invalid,
      ...(readAt && { readAt: readAt.toISOString() }),
      ...(failure && { failure }),
    };
  }

  async listCollectors({ credentials }: ReaderRequest) {
    const { access, collectors, work } = this.#options;
    await access.require(checksDefinitionReadPermission, credentials);
    const failing = await work.listSources();
    return {
      items: collectors.map(({ name, version, title }) => ({
        name,
        version,
        title,
        sources: failing
          .filter(source => source.collectors.includes(name))
          .map(({ collectors: _, ...source }) => source),
      })),
    };
  }

  async listResults(
    options: ListResultsOptions,
    { credentials }: ReaderRequest,
  ) {
    const criteria = await this.#options.access.readable(credentials);
    const { items, outcomes } = await this.#options.results.list(
      {
        ...options,
        limit: options.limit ?? DEFAULT_LIMIT,
        offset: options.offset ?? 0,
      },
      criteria,
    );
    const totalItems = Object.values(outcomes).reduce((sum, n) => sum + n, 0);
    return { items, totalItems, outcomes };
  }

  async listChanges({ since }: { since?: string }) {
    return this.#options.changes.read(since);
  }

  async getResult(name: ResultName, { credentials }: ReaderRequest) {
    const { access, results, definitions } = this.#options;
    const criteria = await access.readable(credentials);
    const result = await results.get(name, criteria);
    const definition = (await definitions.list()).find(
      one => one.name === name.check,
    );
    if (!result || !definition) {
      throw notFound(name);
    }
    return {
      ...result,
      definition,
      evidence: await results.evidence(result.evidenceIds),
    };
  }

  async history(
    options: ResultName & { limit: number },
    { credentials }: ReaderRequest,
  ) {
    const { access, results } = this.#options;
    const criteria = await access.readable(credentials);
    if (!(await results.get(options, criteria))) {
      throw notFound(options);
    }
    return { items: await results.history(options) };
  }

  async test(
    options: { entityRef: string; definition: string },
    { credentials }: PersonRequest,
  ) {
    const { access, gate, grading, results, types, language } = this.#options;
    const { entityRef } = options;
    await access.require(checksDefinitionTestPermission, credentials);
    await gate.requireVisible([entityRef], credentials);
    const { checks, problems } = parseChecks({
      text: options.definition,
      file: 'definition.yaml',
      types,
      language,
    });
    const input = await grading.input(entityRef);
    if (!input) {
      throw noChecks(entityRef);
    }
    const [check] = checks;
    if (!check || problems.length > 0) {
      return { entityRef, applies: false, problems, evidence: [] };
    }
    const { outcome, words, evidenceIds, observedAt, staleAfter } = gradeCheck(
      check,
      input,
    );
    return {
      entityRef,
      applies: matchesFilter(input.facets, check.definition.appliesTo),
      problems,
      result: {
        outcome:
          outcome !== 'unknown' && staleAfter && staleAfter <= input.now
            ? ('stale' as const)
            : outcome,
        words,
        evidenceIds,
        observedAt: observedAt?.toISOString(),
        staleAfter: staleAfter?.toISOString(),
      },
      evidence: (await results.evidence(evidenceIds)).filter(item =>
        Object.values(check.definition.reads).includes(
          evidenceName(item.collector, item.key),
        ),
      ),
    };
  }

  async createRun(
    options: { entityRefs: string[] },
    request: ActRequest,
  ): Promise<CheckRun> {
    const { auditor, gate, runs } = this.#options;
    const entityRefs = [...new Set(options.entityRefs)];
    const id = await audited(
      auditor,
      {
        eventId: 'run-create',
        request: request.http,
        meta: withContent(
          { entityRefs, entities: entityRefs.join(', ') },
          { schema: { fields: { runId: 'keep' } } },
        ),
        result: runId => afterwards({ runId }),
      },
      async () => {
        await gate.require(
          checksRunCreatePermission,
          { entityRefs, act: entities => `have ${entities} looked at now` },
          request.credentials,
        );
        return runs.create({
          entityRefs,
          createdBy: nameOf(request.credentials),
        });
      },
    );
    return this.getRun(id, request);
  }

  async getRun(id: string, { credentials }: ReaderRequest): Promise<CheckRun> {
    const run = await this.#options.runs.get(id);
    const missing = new NotFoundError(`There is no run ${id}`);
    if (!run) {
      throw missing;
    }
    if (run.createdBy === nameOf(credentials)) {
      return run;
    }
    if (credentials.principal.type === 'service') {
      throw missing;
    }
    const entityRefs = [...new Set(run.items.map(item => item.entityRef))];
    await this.#options.gate
      .requireVisible(entityRefs, credentials)
      .catch(error => {
        throw error instanceof NotFoundError ? missing : error;
      });
    return run;
  }
}

function notFound(name: ResultName): NotFoundError {
  return new NotFoundError(
    `There is no result of ${name.check} for ${name.entityRef}`,
  );
}
