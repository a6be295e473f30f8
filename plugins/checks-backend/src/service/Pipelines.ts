import { BackstageServicePrincipal } from '@backstage/backend-plugin-api';
import { NotAllowedError } from '@backstage/errors';
import { PipelineConfig } from '../config';

/** Which services speak for a pipeline, and of which entities. Permissions alone do not bind services to entities. */
export class Pipelines {
  readonly #pipelines: PipelineConfig[];

  constructor(pipelines: PipelineConfig[]) {
    this.#pipelines = pipelines;
  }

  /** @throws NotAllowedError when the service does not speak for one of the entities */
  require({ subject }: BackstageServicePrincipal, entityRefs: string[]): void {
    const own = this.#pipelines.filter(one => one.subject === subject);
    if (own.length === 0) {
      throw new NotAllowedError(
        `${subject} is no pipeline; checks.pipelines in the configuration names those that are`,
      );
    }
    const spoken = new Set(own.flatMap(({ entities }) => entities));
    const foreign = entityRefs.filter(
      ref => !spoken.has('*') && !spoken.has(ref),
    );
    if (foreign.length > 0) {
      throw new NotAllowedError(
        `${subject} does not speak for ${foreign.join(', ')}; checks.pipelines in the configuration says for what it does`,
      );
    }
  }
}
