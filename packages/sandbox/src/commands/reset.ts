import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { askStop } from '../supervisor/control.ts';
import { lockHolder } from '../supervisor/fileLock.ts';
import { stopLeftovers } from '../supervisor/pidFiles.ts';
import { Refusal, type CommandEnvironment } from './environment.ts';

const STOPS_WITHIN_MS = 90_000;

/** `npm run reset`: stops the sandbox if it runs, and removes its state. Built programs stay. */
export async function reset({ stateDir }: CommandEnvironment): Promise<number> {
  if (!existsSync(stateDir)) {
    console.log(`Nothing to reset: there is no ${stateDir}.`);
    return 0;
  }
  if (!existsSync(join(stateDir, 'state.json'))) {
    throw new Refusal(
      `${stateDir} does not look like a state folder of Shopfloor (no state.json in it); nothing was removed.`,
    );
  }
  const lock = join(stateDir, 'launcher.lock');
  if (lockHolder(lock)) {
    console.log('Stopping the sandbox …');
    await askStop(stateDir);
    const deadline = Date.now() + STOPS_WITHIN_MS;
    while (lockHolder(lock)) {
      if (Date.now() > deadline) {
        throw new Refusal(
          'The sandbox does not stop. Stop it with Ctrl-C in its terminal, then reset again.',
        );
      }
      await delay(200);
    }
  }
  await stopLeftovers(stateDir);
  rmSync(stateDir, { recursive: true, force: true });
  console.log(`Removed ${stateDir}. Built programs are kept.`);
  return 0;
}
