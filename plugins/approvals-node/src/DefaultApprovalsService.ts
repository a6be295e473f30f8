import {
  AuthService,
  DiscoveryService,
  LoggerService,
  SchedulerService,
} from '@backstage/backend-plugin-api';
import {
  ApprovalsClientOptions,
  callApprovals,
  QueuedOutcome,
  RequestReceipt,
} from '@shopfloor/plugin-approvals-common';
import {
  ApprovalsService,
  AskOptions,
  FollowOptions,
} from './ApprovalsService';
import { OutcomeQueue, OutcomeRound } from './OutcomeRound';

const DEFAULT_INTERVAL_SECONDS = 3;

/** What {@link DefaultApprovalsService} needs. */
export interface DefaultApprovalsServiceOptions {
  auth: AuthService;
  discovery: DiscoveryService;
  logger: LoggerService;
  scheduler: SchedulerService;
}

/** {@link ApprovalsService} over HTTP, in the name of the plugin. */
export class DefaultApprovalsService implements ApprovalsService {
  readonly #client: ApprovalsClientOptions;
  readonly #logger: LoggerService;
  readonly #scheduler: SchedulerService;

  static create(
    options: DefaultApprovalsServiceOptions,
  ): DefaultApprovalsService {
    return new DefaultApprovalsService(options);
  }

  private constructor(options: DefaultApprovalsServiceOptions) {
    const { auth, discovery, logger, scheduler } = options;
    this.#logger = logger;
    this.#scheduler = scheduler;
    this.#client = {
      discoveryApi: discovery,
      fetchApi: {
        fetch: async (input, init) => {
          const { token } = await auth.getPluginRequestToken({
            onBehalfOf: await auth.getOwnServiceCredentials(),
            targetPluginId: 'approvals',
          });
          const headers = new Headers(init?.headers);
          headers.set('authorization', `Bearer ${token}`);
          return fetch(input, { ...init, headers });
        },
      },
    };
  }

  request(options: AskOptions): Promise<RequestReceipt> {
    return callApprovals(this.#client, {
      path: '/subjects/requests',
      body: options,
    });
  }

  supersede(options: AskOptions): Promise<RequestReceipt> {
    return callApprovals(this.#client, {
      path: '/subjects/supersede',
      body: options,
    });
  }

  withdraw(options: { id: string; reason?: string }): Promise<RequestReceipt> {
    const { id, ...body } = options;
    return callApprovals(this.#client, {
      path: `/subjects/requests/${encodeURIComponent(id)}/withdraw`,
      body,
    });
  }

  async list(subject: {
    type: string;
    subjectId: string;
  }): Promise<RequestReceipt[]> {
    const { items } = await callApprovals<{ items: RequestReceipt[] }>(
      this.#client,
      { path: '/subjects/requests', query: subject },
    );
    return items;
  }

  readonly outcomes = {
    follow: async (options: FollowOptions): Promise<void> => {
      const {
        id = 'approvals-outcomes',
        intervalSeconds = DEFAULT_INTERVAL_SECONDS,
        handle,
      } = options;
      const round = new OutcomeRound({
        queue: this.#queue(),
        handle,
        logger: this.#logger,
      });
      await this.#scheduler.scheduleTask({
        id,
        frequency: { seconds: intervalSeconds },
        timeout: { minutes: 5 },
        initialDelay: { seconds: intervalSeconds },
        fn: signal => round.run(signal),
      });
    },
  };

  #queue(): OutcomeQueue {
    return {
      pull: async query =>
        (
          await callApprovals<{ items: QueuedOutcome[] }>(this.#client, {
            path: '/outcomes',
            query,
          })
        ).items,
      acknowledge: async positions => {
        await callApprovals(this.#client, {
          path: '/outcomes/acknowledge',
          body: { positions },
        });
      },
    };
  }
}
