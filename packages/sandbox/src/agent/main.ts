import { NodeAgent } from './agent.ts';
import { readAgentConfig } from './config.ts';

async function main(): Promise<void> {
  const path = process.argv[2];
  if (!path) {
    throw new Error('usage: node main.ts <configuration file>');
  }
  const agent = await NodeAgent.start(await readAgentConfig(path));

  let ending = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (ending) return;
      ending = true;
      // Shorter than the supervisor's patience, or it would kill the agent and leave the pods to the orphan search.
      void agent.stop(7000).finally(() => process.exit(0));
    });
  }
}

main().catch(error => {
  process.stderr.write(`${error.stack}\n`);
  process.exit(1);
});
