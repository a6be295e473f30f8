/** A value of a flag: JSON. */
export type FlagValue =
  | string
  | number
  | boolean
  | null
  | FlagValue[]
  | { [name: string]: FlagValue };

/** Who or what a flag is asked for. Ids, never personal data. */
export interface FlagContext {
  /** Keeps a share of a roll-out stable: the same key always gets the same answer. */
  targetingKey?: string;
  [attribute: string]: string | number | boolean | undefined;
}

/**
 * Switches that change without a deployment. An answer is never an error: a flag
 * that is absent, of another type, or cannot be asked gives the fallback.
 */
export interface Flags {
  boolean(
    flag: string,
    fallback: boolean,
    context?: FlagContext,
  ): Promise<boolean>;
  string(
    flag: string,
    fallback: string,
    context?: FlagContext,
  ): Promise<string>;
  number(
    flag: string,
    fallback: number,
    context?: FlagContext,
  ): Promise<number>;
  /** The value is not checked further than being an object; the caller does. */
  object<T extends object>(
    flag: string,
    fallback: T,
    context?: FlagContext,
  ): Promise<T>;
  /** Calls back after flags may have changed. Returns how to stop that. */
  onChange(listener: () => void): () => void;
  /** Ends watches and connections. */
  close(): Promise<void>;
}
