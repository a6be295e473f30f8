import { parseEntityRef } from '@backstage/catalog-model';
import { assertError, InputError, NotFoundError } from '@backstage/errors';
import { CatalogService } from '@backstage/plugin-catalog-node';
import { Environment } from '@shopfloor/plugin-environments-common';
import { EnvironmentsService } from '@shopfloor/plugin-environments-node';
import {
  isTimeZone,
  monthPeriod,
  parseOpenSlo,
  RangeQuery,
  ReportQuery,
  RollUpQuery,
  SloReport,
  SloSummary,
  WhatIfQuery,
} from '@shopfloor/plugin-slo-common';
import { PrometheusClients } from '../evaluation/PrometheusClients';
import { lookedAt, timeRangeOf } from '../history/timeRangeOf';
import { EntityVisibility } from '../service/EntityVisibility';
import { findSteps } from '../service/findSteps';
import { findVisible } from '../service/findVisible';
import {
  hiddenSteps,
  stepEntities,
  withoutNames,
  withoutStepsInText,
} from '../service/hideSteps';
import { SloRequest, SloService } from '../service/SloService';
import { SloStore, StoredSlo } from '../store/SloStore';
import { AnalysisStore } from './AnalysisStore';
import { isWithin, readCatalogTree } from './CatalogTree';
import { ChangeLog } from './ChangeLog';
import { readEvents } from './events';
import { exportSlos } from './exportSlos';
import { readRed } from './red';
import { writeReport } from './report';
import { readRollUps } from './rollUps';
import { ExportedFile, SloAnalysisService } from './SloAnalysisService';
import { askWhatIf } from './whatIf';

/** All of them: what is counted must not end at a page. */
const EVERY = Number.MAX_SAFE_INTEGER;

/** What {@link DefaultSloAnalysisService} needs. */
export interface DefaultSloAnalysisServiceOptions {
  /** The guarded service: it says what a person may see. */
  slos: SloService;
  /** Steps of a journey may belong to entities that the person may not see. */
  visibility: EntityVisibility;
  store: SloStore;
  analysisStore: AnalysisStore;
  catalog: CatalogService;
  environments: EnvironmentsService;
  clients: PrometheusClients;
  log: ChangeLog;
  /** The time now; for tests. */
  now?: () => Date;
}

/** {@link SloAnalysisService} over the guarded {@link SloService}: what that does not show is not looked at. */
export class DefaultSloAnalysisService implements SloAnalysisService {
  readonly #options: DefaultSloAnalysisServiceOptions;
  readonly #now: () => Date;

  static create(
    options: DefaultSloAnalysisServiceOptions,
  ): DefaultSloAnalysisService {
    return new DefaultSloAnalysisService(options);
  }

  private constructor(options: DefaultSloAnalysisServiceOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => new Date());
  }

  async whatIf(
    query: WhatIfQuery & { objective: number },
    request: SloRequest,
  ) {
    const subject = await this.#subject(query.id, request);
    const range = timeRangeOf(query, subject.now, '7d');
    return {
      ...lookedAt(query, range, '7d'),
      ...(await askWhatIf({
        ...query,
        ...subject,
        steps: await this.#steps(subject.slo, request),
        range,
      })),
    };
  }

  async red(query: RangeQuery, request: SloRequest) {
    const { slo, ...subject } = await this.#subject(query.id, request);
    const range = timeRangeOf(query, subject.now, '1d');
    const { definition } = slo;
    return {
      ...lookedAt(query, range, '1d'),
      ...(await readRed({ ...subject, range, definition })),
    };
  }

  async events(query: RangeQuery & { objective: number }, request: SloRequest) {
    const subject = await this.#subject(query.id, request);
    const { log } = this.#options;
    const range = timeRangeOf(query, subject.now, '1d');
    return {
      ...lookedAt(query, range, '1d'),
      ...(await readEvents({ ...query, ...subject, log, range }, request)),
    };
  }

  async rollUps(query: RollUpQuery, request: SloRequest) {
    const { environment } = query;
    const { items } = await this.#options.slos.list(
      { environment, limit: EVERY },
      request,
    );
    return readRollUps(
      { ...this.#options, by: query.by, slos: items, now: this.#now() },
      request,
    );
  }

  async report(query: ReportQuery, request: SloRequest): Promise<SloReport> {
    const { by, ref, environment, timeZone = 'UTC' } = query;
    const { slos, catalog, store, environments } = this.#options;
    const now = this.#now();
    if (!isTimeZone(timeZone)) {
      throw new InputError(
        `timeZone: "${timeZone}" is not a time zone of the IANA database, such as Europe/Berlin`,
      );
    }
    const month = query.month ?? monthOf(now, timeZone);
    const period = monthPeriod(month, timeZone);
    if (!period || period.from > now.getTime() / 1000) {
      throw new InputError(
        `month: "${month}" is not a month that has begun, such as ${monthOf(
          now,
          timeZone,
        )}`,
      );
    }
    const { items } = await slos.list({ environment, limit: EVERY }, request);
    const nodeOf = (slo: SloSummary) =>
      by === 'team' ? slo.owner : slo.system;
    const tree = await readCatalogTree(
      { catalog, refs: [ref, ...items.flatMap(slo => nodeOf(slo) ?? [])] },
      request,
    );
    const summaries = items
      .filter(slo => {
        const node = nodeOf(slo);
        return node !== undefined && isWithin(node, ref, tree.parents);
      })
      .sort((a, b) => a.id.localeCompare(b.id, 'en-US'));
    if (summaries.length === 0) {
      throw new NotFoundError(
        `There are no SLOs of ${ref}${
          environment ? ` in ${environment}` : ''
        }, or you may not see their entities`,
      );
    }
    const stored = await store.listSlos();
    return writeReport(
      {
        ...this.#options,
        by,
        ref,
        title: tree.titles.get(ref),
        environment,
        month,
        period,
        timeZone,
        summaries,
        stored: new Map(stored.map(slo => [slo.id, slo])),
        environments: environments.list(),
        now,
      },
      request,
    );
  }

  async export(
    of: { id: string } | { entity: string },
    request: SloRequest,
  ): Promise<ExportedFile> {
    let entityRef: string;
    let slo: StoredSlo | undefined;
    if ('id' in of) {
      slo = (await this.#find(of.id, request)).slo;
      entityRef = slo.entityRef;
    } else {
      entityRef = of.entity;
      const { items, sources } = await this.#options.slos.list(
        { entity: entityRef, limit: 1 },
        request,
      );
      if (items.length === 0 && sources.length === 0) {
        throw new NotFoundError(
          `There are no SLOs of ${entityRef}, or you may not see it`,
        );
      }
    }
    const source = await this.#options.analysisStore.readFile(entityRef);
    if (!source || (source.content === undefined && !slo)) {
      throw new NotFoundError(`The SLOs of ${entityRef} were never read`);
    }
    const { name } = parseEntityRef(entityRef);
    const content = exportSlos({
      entityRef,
      file: source.file,
      content: source.content ?? '',
      slo: slo && {
        name: slo.definition.name,
        document: slo.definition.document,
      },
    });
    return {
      name: `${slo ? slo.definition.name : name}.slo.yaml`,
      content: await this.#withoutHiddenSteps(entityRef, content, request),
    };
  }

  async #withoutHiddenSteps(
    entityRef: string,
    content: string,
    request: SloRequest,
  ): Promise<string> {
    // Those in use too: of a file with errors they are older ones, and its text may still name their steps.
    const slos = [
      ...parseOpenSlo(content, { file: '' }).slos.map(definition => ({
        definition,
      })),
      ...(await this.#options.store.listSlos()).filter(
        slo => slo.entityRef === entityRef,
      ),
    ];
    const steps = stepEntities(slos);
    if (steps.length === 0) {
      return content;
    }
    const visible = await this.#options.visibility.visible(steps, request);
    return withoutStepsInText(content, hiddenSteps(slos, visible));
  }

  /** An SLO with all that its past is read from. */
  async #subject(id: string, request: SloRequest) {
    const found = await this.#find(id, request);
    const environment = this.#environment(found.slo);
    return {
      ...found,
      environment,
      client: this.#options.clients.of(environment),
      now: this.#now(),
    };
  }

  /** @throws NotFoundError that names no entity which the person may not see */
  async #steps(slo: StoredSlo, request: SloRequest): Promise<StoredSlo[]> {
    const { store, visibility } = this.#options;
    try {
      return await findSteps(slo, store);
    } catch (error) {
      assertError(error);
      const visible = await visibility.visible(stepEntities([slo]), request);
      throw new NotFoundError(
        withoutNames(error.message, hiddenSteps([slo], visible)),
      );
    }
  }

  #find(id: string, request: SloRequest) {
    return findVisible({ ...this.#options, id }, request);
  }

  #environment(slo: StoredSlo): Environment {
    const environment = this.#options.environments
      .list()
      .find(({ name }) => name === slo.environment);
    if (!environment) {
      throw new InputError(
        `There is no environment "${slo.environment}" any more; its history cannot be asked for`,
      );
    }
    return environment;
  }
}

/** The month of a moment, `2026-11`. */
function monthOf(now: Date, timeZone: string): string {
  return new Intl.DateTimeFormat('en-CA', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
  })
    .format(now)
    .slice(0, 7);
}
