import { spawn, spawnSync } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname } from 'node:path';
import { Trouble } from './trouble.mjs';

/** What a program prints; `undefined` when it cannot be run or fails. */
export function capture(file, args) {
  const result = spawnSync(file, args, { encoding: 'utf8', timeout: 30_000 });
  return result.status === 0
    ? `${result.stdout}${result.stderr}`.trim()
    : undefined;
}

/** Runs a program of a step, its output in a log file; throws {@link Trouble} with the last lines when it fails. */
export function runLogged(file, args, { cwd, env, logFile, what, onLine }) {
  mkdirSync(dirname(logFile), { recursive: true });
  const log = createWriteStream(logFile, { flags: 'a' });
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      cwd,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let tail = '';
    const take = chunk => {
      const text = chunk.toString();
      log.write(text);
      tail = (tail + text).slice(-20_000);
      const line = text.trim().split('\n').pop();
      if (line) {
        onLine?.(line.trim());
      }
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    const stop = signal => child.kill(signal);
    process.once('SIGINT', stop);
    process.once('SIGTERM', stop);
    const finish = outcome => {
      process.off('SIGINT', stop);
      process.off('SIGTERM', stop);
      log.end();
      outcome();
    };
    child.once('error', error =>
      finish(() => reject(new Trouble(`${what} failed: ${error.message}`))),
    );
    child.once('close', (code, signal) =>
      finish(() => {
        if (code === 0) {
          resolve();
        } else if (signal) {
          reject(new Trouble(`${what} was interrupted.`));
        } else {
          reject(explain(what, tail, logFile));
        }
      }),
    );
  });
}

function explain(what, output, logFile) {
  const last = output.trim().split('\n').slice(-12).join('\n');
  const message = `${what} failed. The last lines of ${logFile}:\n\n${last}`;
  if (/ENOSPC|no space left/i.test(output)) {
    return new Trouble(
      message,
      'The disk is full. Free some space (a first build needs about 15 GB) and run the command again.',
    );
  }
  if (
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH|NewConnectionError|Temporary failure in name resolution|RequestError|network/i.test(
      output,
    )
  ) {
    return new Trouble(
      message,
      'The package registry cannot be reached. Check the network or the proxy (HTTPS_PROXY), or point npm, Yarn and pip to a mirror of yours; then run the command again. What is finished is kept.',
    );
  }
  return new Trouble(
    message,
    'Run the command again when that is mended; what is finished is kept.',
  );
}

/**
 * Runs the command itself, in the foreground; resolves with its exit code.
 *
 * @param options.tether - the child is told (by a closed channel) when this process dies, so that nothing is left behind
 */
export function runForeground(file, args, { cwd, env, tether = false }) {
  return new Promise(resolve => {
    const child = spawn(file, args, {
      cwd,
      env,
      stdio: tether ? ['inherit', 'inherit', 'inherit', 'ipc'] : 'inherit',
    });
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
      process.on(signal, () => child.kill(signal));
    }
    child.once('error', error => {
      console.error(`${file} could not be started: ${error.message}`);
      resolve(1);
    });
    child.once('exit', (code, signal) =>
      resolve(signal ? 128 + (constants.signals[signal] ?? 0) : code),
    );
  });
}
