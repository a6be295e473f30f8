/** Something that runs beside the requests. */
export interface BackgroundWork {
  name: string;
  start(): void;
  /** Ends what is in hand and begins nothing more. */
  close(): Promise<void>;
}

/** Gives a part that runs its name, for the log of a drain. */
export function namedWork(
  name: string,
  part: Omit<BackgroundWork, 'name'>,
): BackgroundWork {
  return { name, start: () => part.start(), close: () => part.close() };
}

/** What only has to be waited for at the end, such as calls that run on. */
export function workToEnd(
  name: string,
  close: () => Promise<void>,
): BackgroundWork {
  return { name, start: () => undefined, close };
}
