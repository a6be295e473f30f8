import { NodeAgent } from './agent.ts';
import { readAgentConfig } from './config.ts';

async function main(): Promise<void> {
  const path = process.argv[2];
  if (!path) {
    throw new Error('usage: node main.ts <configuration file>');
  }
  const agent = await NodeAgent.start(await readAgentConfig(path));

  let ending: Promise<void> | undefined;
  const end = () => {
    // Shorter than the supervisor's patience, or it would kill the agent and leave the pods to the orphan search.
    ending ??= agent.stop(7000).finally(() => process.exit(0));
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
}

main().catch(error => {
  process.stderr.write(`${error.stack}\n`);
  process.exit(1);
});
