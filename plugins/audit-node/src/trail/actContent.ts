import { JsonObject, JsonValue } from '@backstage/types';
import { TrailSchema } from './redact';

/** What the trail keeps of an act of `coreServices.auditor`, beside its metadata. */
export interface ActContent {
  /** Who acts, when it is not who asks: a plugin that does in the name of a person what that person asked for. Entity ref. */
  actor?: string;
  /** As it was. */
  before?: JsonValue;
  /** As it is now. */
  after?: JsonValue;
  /** What of `before` and `after` may stand in the trail; given with the creation of the event. Nothing, when absent. */
  schema?: TrailSchema;
}

const CONTENT = Symbol('content of an act');

/**
 * Metadata of an event with what the trail keeps beside it, so that one event is one act. Whoever else reads the metadata, the
 * log for one, does not meet it. A copy made by spreading does not have it: call this last.
 */
export function withContent(meta: JsonObject, content: ActContent): JsonObject {
  return Object.defineProperty({ ...meta }, CONTENT, {
    value: content,
    enumerable: false,
  });
}

/** Metadata of the end of an event that says how what was changed is now. */
export function afterwards(after: JsonValue): JsonObject {
  return withContent({}, { after });
}

/** What {@link withContent} put there. */
export function contentOf(meta: JsonObject | undefined): ActContent {
  return (meta as { [CONTENT]?: ActContent } | undefined)?.[CONTENT] ?? {};
}
