/** What every command is given. */
export interface CommandEnvironment {
  repoRoot: string;
  stateDir: string;
  env: Record<string, string | undefined>;
}

/** Something the person who typed the command can mend; printed without a stack. */
export class Refusal extends Error {}
