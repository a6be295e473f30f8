import { existsSync } from 'node:fs';
import { takeLock } from '../fileLock.ts';
import { INSTANCE_VARIABLE } from '../processes.ts';
import { Supervisor } from '../supervisor.ts';

/** A launcher in small, for tests that kill it: one part, which itself starts a process of its own session. */
const [stateDir, grandchildFile] = process.argv.slice(2);
const lock = takeLock(`${stateDir}/launcher.lock`);
if (lock.kind === 'held') {
  console.log(`held by ${lock.holder.pid}`);
  process.exit(3);
}
const supervisor = new Supervisor({
  stateDir,
  childEnv: { PATH: process.env.PATH ?? '', [INSTANCE_VARIABLE]: stateDir },
  toolsReady: async () => {},
  parts: [
    {
      kind: 'process',
      name: 'example',
      command: () => ({
        file: process.execPath,
        args: [
          '-e',
          `const { spawn } = require('node:child_process');
           const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true, stdio: 'ignore' });
           require('node:fs').writeFileSync(${JSON.stringify(
             grandchildFile,
           )}, String(child.pid));
           setInterval(() => {}, 1000);`,
        ],
      }),
      health: {
        kind: 'check',
        check: async () => {
          if (!existsSync(grandchildFile)) {
            throw new Error('not yet');
          }
        },
      },
    },
  ],
});
supervisor.start();
await supervisor.whenReady('example');
console.log('ready');
