import {
  ExclusionPreview,
  ExclusionWish,
  SloExclusion,
  SloExclusions,
  SloExclusionsApi,
} from './exclusions';
import { ExclusionAct } from '../exclusion/exclusions';
import { getFromSlo, postToSlo, SloClientOptions } from './getFromSlo';

/** {@link SloExclusionsApi} over HTTP. An answer that is not a success throws a ResponseError. */
export class SloExclusionsClient implements SloExclusionsApi {
  readonly #options: SloClientOptions;

  constructor(options: SloClientOptions) {
    this.#options = options;
  }

  async list(
    id: string,
    request: { signal?: AbortSignal } = {},
  ): Promise<SloExclusions> {
    const response = await getFromSlo(this.#options, {
      path: pathOf(id),
      ...request,
    });
    return response.json();
  }

  async preview(
    { id, from, to }: ExclusionWish,
    request: { signal?: AbortSignal } = {},
  ): Promise<ExclusionPreview> {
    const response = await getFromSlo(this.#options, {
      path: `${pathOf(id)}/preview`,
      query: { from, to },
      ...request,
    });
    return response.json();
  }

  ask(wish: ExclusionWish & { reason: string }): Promise<SloExclusion> {
    const { id, ...body } = wish;
    return postToSlo(this.#options, { path: pathOf(id), body });
  }

  act(options: {
    id: string;
    exclusionId: string;
    act: ExclusionAct;
    comment?: string;
  }): Promise<SloExclusion> {
    const { id, exclusionId, act, comment } = options;
    return postToSlo(this.#options, {
      path: `${pathOf(id)}/${encodeURIComponent(exclusionId)}/${act}`,
      body: { comment },
    });
  }
}

function pathOf(id: string): string {
  return `/slos/${encodeURIComponent(id)}/exclusions`;
}
