import { resolve } from 'node:path';
import { stateFolder } from './config/stateFolder.ts';
import { Refusal, type CommandEnvironment } from './commands/environment.ts';
import { logs } from './commands/logs.ts';
import { reset } from './commands/reset.ts';
import { shoppers } from './commands/shoppers.ts';
import { start } from './commands/start.ts';
import { status } from './commands/status.ts';
import { token } from './commands/token.ts';

type Command = (
  environment: CommandEnvironment,
  args: string[],
) => Promise<number>;

const COMMANDS: Record<string, Command> = {
  start: (environment, args) => start(environment, 'start', args),
  dev: (environment, args) => start(environment, 'dev', args),
  status,
  logs,
  reset,
  token,
  shoppers,
};

const repoRoot = resolve(import.meta.dirname, '../../..');
const [name, ...args] = process.argv.slice(2);
const command = COMMANDS[name];
if (!command) {
  console.error(`There is no command ${name}`);
  process.exit(2);
}
try {
  const code = await command(
    {
      repoRoot,
      stateDir: stateFolder(repoRoot, process.env),
      env: process.env,
    },
    args,
  );
  process.exit(code);
} catch (error) {
  if (!(error instanceof Error)) {
    throw error;
  }
  // What a person can mend reads as words; anything else shows where it happened.
  console.error(error instanceof Refusal ? error.message : error);
  process.exit(1);
}
