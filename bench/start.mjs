#!/usr/bin/env node
/*
 * Measures how long `npm start` takes until the portal is usable and until everything is ready.
 *
 *   node bench/start.mjs            a new state folder, then a warm start of it
 *   node bench/start.mjs --cold     the same in a fresh clone with an empty cache (needs 15 GB and the network)
 *   --runs N                        warm starts, default 3
 *   --json                          the figures alone
 */
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';

const POLL_MS = 250;
const COLD_WITHIN_MS = 60 * 60 * 1000;

const { values } = parseArgs({
  options: {
    cold: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    runs: { type: 'string', default: '3' },
    base: { type: 'string', default: '26000' },
  },
});
const say = text => values.json || console.error(text);

const work = mkdtempSync(join(tmpdir(), 'shopfloor-bench-'));
let root = resolve(import.meta.dirname, '..');
const env = {
  ...process.env,
  SHOPFLOOR_PORT_BASE: values.base,
  SHOPFLOOR_STATE: join(work, 'state'),
};
if (values.cold) {
  const clone = join(work, 'clone');
  execFileSync('git', ['clone', '--quiet', root, clone]);
  root = clone;
  env.XDG_CACHE_HOME = join(work, 'cache');
}

/** Starts, waits until everything is ready, stops; resolves with the seconds both took. */
async function measure() {
  const startedAt = performance.now();
  const seconds = () => Math.round((performance.now() - startedAt) / 100) / 10;
  const launcher = spawn(
    process.execPath,
    [join(root, 'bin/shopfloor.mjs'), 'start', '--no-shoppers'],
    { cwd: root, env, stdio: ['ignore', 'ignore', 'inherit'], detached: true },
  );
  const ended = new Promise(done => launcher.once('exit', done));
  const figures = {};
  try {
    while (performance.now() - startedAt < COLD_WITHIN_MS) {
      if (launcher.exitCode !== null) {
        throw new Error(`npm start ended with code ${launcher.exitCode}`);
      }
      const status = readStatus();
      const failed = status.parts.find(part => part.state === 'failed');
      if (failed) {
        throw new Error(`${failed.name}: ${failed.reason}`);
      }
      if (status.parts.find(part => part.name === 'portal')?.ready) {
        figures.portalSeconds ??= seconds();
      }
      if (status.ready) {
        figures.everythingSeconds = seconds();
        return figures;
      }
      await delay(POLL_MS);
    }
    throw new Error('not ready within an hour');
  } finally {
    launcher.kill('SIGINT');
    await ended;
  }
}

function readStatus() {
  return JSON.parse(
    execFileSync(
      process.execPath,
      [join(root, 'bin/shopfloor.mjs'), 'status', '--json'],
      { cwd: root, env, encoding: 'utf8' },
    ),
  );
}

const result = {
  machine: {
    cpus: cpus().length,
    memoryGigabytes: Math.round(totalmem() / 1024 ** 3),
    loadBefore: loadavg()[0],
  },
  warm: [],
};
try {
  result[values.cold ? 'cold' : 'newState'] = await measure();
  say(
    `${values.cold ? 'cold' : 'new state'}: ${JSON.stringify(result.cold ?? result.newState)}`,
  );
  for (let run = 0; run < Number(values.runs); run++) {
    const figures = await measure();
    result.warm.push(figures);
    say(`warm: ${JSON.stringify(figures)}`);
  }
  console.log(JSON.stringify(result, undefined, 2));
} finally {
  rmSync(work, { recursive: true, force: true });
}
