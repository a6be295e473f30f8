import { InvalidConfigurationError } from '../config/defineConfig.ts';

/**
 * Runs the entry point of a program. A configuration problem is told in words
 * without a stack; anything else with one. Either ends with status 1.
 */
export function runMain(main: () => Promise<void>): void {
  main().catch(error => {
    const words =
      error instanceof InvalidConfigurationError
        ? error.message
        : ((error as Error)?.stack ?? String(error));
    process.stderr.write(`${words}\n`);
    process.exit(1);
  });
}
