import { AuditorService, LoggerService } from '@backstage/backend-plugin-api';
import { CATALOG_FILTER_EXISTS } from '@backstage/catalog-client';
import { NotAllowedError, NotFoundError } from '@backstage/errors';
import { CatalogService } from '@backstage/plugin-catalog-node';
import {
  EnvironmentsService,
  limitConcurrency,
} from '@shopfloor/plugin-environments-node';
import {
  ChangePage,
  ChangePreview,
  ChangeRequest,
  EnvironmentView,
  KUBERNETES_ID_ANNOTATION,
  PreviewRequest,
  RouteChange,
  RouteSummary,
  RouteView,
  UndoRequest,
  sameSnapshot,
  snapshotOf,
} from '@shopfloor/plugin-traffic-common';
import { stringifyEntityRef } from '@backstage/catalog-model';
import { Request } from 'express';
import { StoredChange, TrafficStore } from '../database/TrafficStore';
import { decodeCursor, encodeCursor } from './cursor';
import { environmentView } from './environmentView';
import {
  RouteAccessService,
  RouteTarget,
  UserCredentials,
  ownerOf,
} from './RouteAccessService';
import { auditRefusal } from './auditRefusal';
import { RouteChanger } from './RouteChanger';
import { RoutePreviewer } from './RoutePreviewer';
import { RouteReader } from './RouteReader';

export interface TrafficServiceOptions {
  environments: EnvironmentsService;
  catalog: CatalogService;
  access: RouteAccessService;
  reader: RouteReader;
  previewer: RoutePreviewer;
  changer: RouteChanger;
  store: TrafficStore;
  auditor: AuditorService;
  logger: LoggerService;
}

export interface TargetOptions {
  environmentName: string;
  entityRef: string;
  credentials: UserCredentials;
}

export interface PostOptions {
  idempotencyKey: string;
  httpRequest: Request;
}

const MAX_LISTED = 200;

/** Every operation of the API with its permission check in front. */
export class TrafficService {
  readonly #options: TrafficServiceOptions;

  constructor(options: TrafficServiceOptions) {
    this.#options = options;
  }

  listEnvironments(): EnvironmentView[] {
    return this.#options.environments.list().map(environmentView);
  }

  /** The services of an environment whose traffic the person may see. */
  async listRoutes(
    environmentName: string,
    credentials: UserCredentials,
  ): Promise<RouteSummary[]> {
    const environment = this.#options.environments.get(environmentName);
    const { items } = await this.#options.catalog.getEntities(
      {
        filter: {
          kind: 'component',
          [`metadata.annotations.${KUBERNETES_ID_ANNOTATION}`]:
            CATALOG_FILTER_EXISTS,
        },
        order: { field: 'metadata.name', order: 'asc' },
        limit: MAX_LISTED,
      },
      { credentials },
    );
    const limit = limitConcurrency(8);
    const summaries = await Promise.all(
      items.map(entity =>
        limit(async () => {
          const target = await this.#options.access
            .openTarget({
              environmentName: environment.name,
              entityRef: stringifyEntityRef(entity),
              credentials,
            })
            .catch(error => {
              if (
                error instanceof NotAllowedError ||
                error instanceof NotFoundError
              ) {
                return undefined;
              }
              throw error;
            });
          return target && this.#summarize(target);
        }),
      ),
    );
    return summaries.filter(summary => summary !== undefined);
  }

  async getRoute(options: TargetOptions): Promise<RouteView> {
    const { access, reader, store } = this.#options;
    const target = await access.openTarget(options);
    const { environment, entityRef } = target;
    const [
      { wanted, wantedUnavailable, virtualService },
      measured,
      latest,
      waiting,
    ] = await Promise.all([
      reader.readWanted(readOptions(target)),
      reader.readMeasured(readOptions(target)),
      store.latestApplied(entityRef, environment.name),
      store.listWaiting({ entityRef, environment: environment.name }),
    ]);
    const ours =
      latest &&
      (!virtualService ||
        sameSnapshot(latest.after, snapshotOf(virtualService)));
    return {
      environment: environmentView(environment),
      entityRef,
      ...(wanted && { wanted }),
      ...(wantedUnavailable && { wantedUnavailable }),
      ...measured,
      access: await access.accessTo(target, wanted?.refusal),
      ...(ours && { latestChange: latest.change }),
      ...(waiting.length > 0 && {
        waiting: waiting.map(({ change }) => change).reverse(),
      }),
    };
  }

  async preview(
    options: TargetOptions,
    request: PreviewRequest,
  ): Promise<ChangePreview> {
    const target = await this.#openForChange(options);
    return this.#options.previewer.preview(target, request.weights);
  }

  async change(
    options: TargetOptions,
    request: ChangeRequest,
    post: PostOptions,
  ): Promise<RouteChange> {
    const target = await this.#options.access.openTarget(options);
    await this.#requireChange(target, 'shift', post);
    return this.#options.changer.change({ target, request, ...post });
  }

  async previewUndo(
    id: string,
    credentials: UserCredentials,
  ): Promise<ChangePreview> {
    const { stored, target } = await this.#openChange(id, credentials);
    await this.#options.access.requireChange(target);
    return this.#options.previewer.previewUndo(target, stored);
  }

  async undo(
    id: string,
    credentials: UserCredentials,
    request: UndoRequest,
    post: PostOptions,
  ): Promise<RouteChange> {
    const { stored, target } = await this.#openChange(id, credentials);
    await this.#requireChange(target, 'undo', post);
    return this.#options.changer.undo({ target, stored, request, ...post });
  }

  async getChange(
    id: string,
    credentials: UserCredentials,
  ): Promise<RouteChange> {
    return (await this.#openChange(id, credentials)).stored.change;
  }

  async listChanges(options: {
    entityRef: string;
    environmentName?: string;
    cursor?: string;
    limit: number;
    credentials: UserCredentials;
  }): Promise<ChangePage> {
    const { environments, access, store } = this.#options;
    const { environmentName, limit, credentials } = options;
    const { entityRef } = await access.openTarget({
      environmentName: environmentName ?? environments.list()[0].name,
      entityRef: options.entityRef,
      credentials,
    });
    const after = options.cursor ? decodeCursor(options.cursor) : undefined;
    const found = await store.listChanges({
      entityRef,
      limit: limit + 1,
      ...(environmentName !== undefined && { environment: environmentName }),
      ...(after && { after }),
    });
    const items = found.slice(0, limit).map(({ change }) => change);
    const last = items.at(-1);
    return {
      items,
      ...(found.length > limit && last && { nextCursor: encodeCursor(last) }),
    };
  }

  /** Refused tries stand in the audit; previews are no tries. */
  #requireChange(
    target: RouteTarget,
    kind: 'shift' | 'undo',
    { httpRequest }: PostOptions,
  ): Promise<void> {
    const { access, auditor, logger } = this.#options;
    return auditRefusal(
      {
        auditor,
        logger,
        httpRequest,
        meta: {
          kind,
          entityRef: target.entityRef,
          environment: target.environment.name,
        },
      },
      () => access.requireChange(target),
    );
  }

  async #openForChange(options: TargetOptions): Promise<RouteTarget> {
    const target = await this.#options.access.openTarget(options);
    await this.#options.access.requireChange(target);
    return target;
  }

  /** A change that the person may not see does not exist for them. */
  async #openChange(
    id: string,
    credentials: UserCredentials,
  ): Promise<{ stored: StoredChange; target: RouteTarget }> {
    const stored = await this.#options.store.getChange(id);
    if (!stored) {
      throw new NotFoundError(`No change '${id}'`);
    }
    const target = await this.#options.access
      .openTarget({
        environmentName: stored.change.environment,
        entityRef: stored.change.entityRef,
        credentials,
      })
      .catch(error => {
        if (error instanceof NotAllowedError) {
          throw new NotFoundError(`No change '${id}'`);
        }
        throw error;
      });
    // Undo writes where the change was made, whatever the entity is annotated with now.
    return {
      stored,
      target: { ...target, name: stored.change.virtualService },
    };
  }

  async #summarize(target: RouteTarget): Promise<RouteSummary> {
    const { entity, entityRef } = target;
    const [wanted, measured] = await Promise.all([
      this.#options.reader.readWanted(readOptions(target)),
      this.#options.reader.readMeasured(readOptions(target)),
    ]);
    const owner = ownerOf(entity);
    return {
      entityRef,
      title: entity.metadata.title ?? entity.metadata.name,
      ...(owner && { owner }),
      ...(wanted.wanted && { wanted: wanted.wanted }),
      ...(wanted.wantedUnavailable && {
        wantedUnavailable: wanted.wantedUnavailable,
      }),
      ...(measured.measured && { measured: measured.measured }),
    };
  }
}

function readOptions({ environment, name, person }: RouteTarget) {
  return { environment, name, impersonate: person.impersonation };
}
