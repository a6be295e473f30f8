import { PermissionsService } from '@backstage/backend-plugin-api';
import { NotAllowedError } from '@backstage/errors';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import {
  ListSlosOptions,
  RangeQuery,
  sloObjectiveReadPermission,
} from '@shopfloor/plugin-slo-common';
import { SloRequest, SloService } from './SloService';

/** Lets only people through who may read some SLOs. */
export class AuthorizedSloService implements SloService {
  readonly #service: SloService;
  readonly #permissions: PermissionsService;

  constructor(options: {
    service: SloService;
    permissions: PermissionsService;
  }) {
    this.#service = options.service;
    this.#permissions = options.permissions;
  }

  async list(options: ListSlosOptions, request: SloRequest) {
    await this.#authorize(request);
    return this.#service.list(options, request);
  }

  async get(id: string, request: SloRequest) {
    await this.#authorize(request);
    return this.#service.get(id, request);
  }

  async history(
    options: RangeQuery & { objective: number },
    request: SloRequest,
  ) {
    await this.#authorize(request);
    return this.#service.history(options, request);
  }

  async #authorize({ credentials }: SloRequest): Promise<void> {
    // Under conditions the service itself leaves out what does not meet them.
    const [decision] = await this.#permissions.authorizeConditional(
      [{ permission: sloObjectiveReadPermission }],
      { credentials },
    );
    if (decision.result === AuthorizeResult.DENY) {
      throw new NotAllowedError(
        `You may not read SLOs: ${sloObjectiveReadPermission.name} is not granted to you`,
      );
    }
  }
}
