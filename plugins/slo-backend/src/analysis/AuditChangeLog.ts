import { AuthService, DiscoveryService } from '@backstage/backend-plugin-api';
import { assertError } from '@backstage/errors';
import {
  Change,
  ChangesApi,
  ChangesClient,
  Incident,
} from '@shopfloor/plugin-audit-common';
import { ChangeLogState } from '@shopfloor/plugin-slo-common';
import { SloRequest } from '../service/SloService';
import {
  ChangeLog,
  ChangeLogAnswer,
  ChangeLogQuery,
  LoggedChange,
  LoggedIncident,
} from './ChangeLog';

const PAGE_SIZE = 200;

/** A page does not wait longer than this for what happened. */
const DEADLINE_MILLISECONDS = 5_000;

/** {@link ChangeLog} over HTTP from the plugin `audit`, asked as the person, so that its own rules hold. */
export class AuditChangeLog implements ChangeLog {
  readonly #auth: AuthService;
  readonly #discovery: DiscoveryService;

  static create(options: {
    auth: AuthService;
    discovery: DiscoveryService;
  }): AuditChangeLog {
    return new AuditChangeLog(options);
  }

  private constructor(options: {
    auth: AuthService;
    discovery: DiscoveryService;
  }) {
    this.#auth = options.auth;
    this.#discovery = options.discovery;
  }

  async ask(
    query: ChangeLogQuery,
    request: SloRequest,
  ): Promise<ChangeLogAnswer> {
    try {
      return await this.#ask(query, request);
    } catch (error) {
      assertError(error);
      return {
        state: stateOf(error),
        changes: [],
        changesTotal: 0,
        incidents: [],
        incidentsTotal: 0,
      };
    }
  }

  async #ask(
    query: ChangeLogQuery,
    { credentials }: SloRequest,
  ): Promise<ChangeLogAnswer> {
    const { token } = await this.#auth.getPluginRequestToken({
      onBehalfOf: credentials,
      targetPluginId: 'audit',
    });
    const client: ChangesApi = new ChangesClient({
      discoveryApi: this.#discovery,
      fetchApi: {
        fetch: (input, init) =>
          fetch(input, {
            ...init,
            headers: {
              ...(init?.headers as Record<string, string>),
              authorization: `Bearer ${token}`,
            },
          }),
      },
    });
    const signal = AbortSignal.timeout(DEADLINE_MILLISECONDS);
    const filter = {
      entity: query.entityRefs,
      ...(query.environment && { environment: [query.environment] }),
      from: query.from.toISOString(),
      to: query.to.toISOString(),
      limit: Math.min(PAGE_SIZE, query.maximum),
    };
    const changes: Change[] = [];
    let page = await client.listChanges(filter, { signal });
    changes.push(...page.items);
    while (page.nextCursor && changes.length < query.maximum) {
      page = await client.listChanges(
        { ...filter, cursor: page.nextCursor },
        { signal },
      );
      changes.push(...page.items);
    }
    const incidents = await client.listIncidents(filter, { signal });
    return {
      state: 'connected',
      changes: changes.slice(0, query.maximum).map(toChange),
      changesTotal: page.totalItems,
      incidents: incidents.items.map(toIncident),
      incidentsTotal: incidents.totalItems,
      restore: incidents.restore,
    };
  }
}

/** For a plugin that it does not have the portal answers 404, or its page, which is no JSON. */
function stateOf(error: Error & { statusCode?: number }): ChangeLogState {
  if (error.name === 'SyntaxError') {
    return 'not-connected';
  }
  switch (error.statusCode) {
    case 404:
      return 'not-connected';
    case 401:
    case 403:
      return 'not-allowed';
    default:
      return 'unreachable';
  }
}

function toChange(change: Change): LoggedChange {
  const { id, kind, title, summary, entityRef, environment, outcome } = change;
  return {
    id,
    kind,
    title,
    summary,
    entityRef,
    environment,
    outcome,
    startedAt: new Date(change.startedAt),
    endedAt: change.endedAt ? new Date(change.endedAt) : undefined,
    who: change.userEntityRef,
    url: change.reference?.url,
  };
}

function toIncident(incident: Incident): LoggedIncident {
  return {
    id: incident.id,
    title: incident.title,
    summary: incident.summary,
    openedAt: new Date(incident.openedAt),
    closedAt: incident.closedAt ? new Date(incident.closedAt) : undefined,
  };
}
