/**
 * A collector throws this when a system does not answer at all, as opposed to having nothing about one entity. The source is
 * then left alone for a while, growing with each failure, and everything that needs it waits.
 */
export class SourceUnavailableError extends Error {
  override readonly name = 'SourceUnavailableError';

  constructor(
    /** One of those that the collector named for the entity. */
    readonly source: string,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}
