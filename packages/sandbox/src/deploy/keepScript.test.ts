import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { rewritePaths } from '../agent/mountPaths.ts';

const script = resolve(
  import.meta.dirname,
  '../../../../platform/charts/service/files/keep.sh',
);

/**
 * Stands for the program `bao`: the agent writes the file of the grant and waits, and what is asked is answered from the files
 * `capabilities` and `login`, in the words that OpenBao 2.7.2 was seen to use.
 */
const bao = `#!/bin/sh
here=$(dirname "$0")
case "$1 $2" in
  'agent -config'*)
    echo started >> "$here/agents"
    mkdir -p "$here/secrets/smtp" && echo value > "$here/secrets/smtp/SMTP_URL" && echo token > "$here/run/smtp.token"
    trap 'exit 0' TERM
    while :; do sleep 0.1; done ;;
  'token capabilities') echo asked >> "$here/questions"; cat "$here/capabilities" ;;
  'token revoke') echo revoked >> "$here/revoked" ;;
  'write -field=token') cat "$here/login" ;;
esac
`;

const refused = `Error listing capabilities: Error making API request.

URL: POST http://127.0.0.1:8200/v1/sys/capabilities-self
Code: 403. Errors:

* permission denied`;

describe('keep.sh', () => {
  let folder: string;
  let child: ChildProcess;
  let log = '';

  const file = (name: string) => join(folder, name);
  const say = (name: string, text: string) => writeFileSync(file(name), text);
  const count = (name: string) =>
    existsSync(file(name))
      ? readFileSync(file(name), 'utf8').trim().split('\n').length
      : 0;
  const holds = () => existsSync(file('secrets/smtp/SMTP_URL'));
  const until = async (condition: () => boolean) => {
    for (let tries = 0; !condition(); tries += 1) {
      if (tries > 600) throw new Error(`It did not come to that:\n${log}`);
      await delay(50);
    }
  };
  /** What was said before was heard: two questions were asked since. */
  const heard = async () => {
    const before = count('questions');
    await until(() => count('questions') >= before + 2);
  };

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'keep-'));
    for (const each of ['run', 'secrets', 'config', 'token']) {
      mkdirSync(file(each));
    }
    say('bao', bao);
    chmodSync(file('bao'), 0o755);
    say('capabilities', 'read');
    say('login', 'fresh-token');
    const mounts = ['run', 'secrets', 'config', 'token'].map(name => ({
      mountPath: `/vault/${name}`,
      folder: file(name),
    }));
    say('keep.sh', rewritePaths(readFileSync(script, 'utf8'), mounts));
    log = '';
    child = spawn(
      'sh',
      [file('keep.sh'), 'smtp', '0.2', 'warn', 'p/data/s', 'auth/k', 'grant-0'],
      { env: { PATH: `${folder}:${process.env.PATH}` } },
    );
    child.stderr!.on('data', text => (log += text));
    await until(holds);
  });
  afterEach(async () => {
    if (child.exitCode === null) {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    }
    rmSync(folder, { recursive: true });
  });

  it('takes the files away when the policy is gone, says so once, stops its agent, and brings them back with the grant', async () => {
    say('capabilities', 'deny');
    await until(() => !holds());
    await heard();
    expect(log.match(/the grant grant-0 is gone/g)).toHaveLength(1);
    expect([holds(), count('agents')]).toEqual([false, 1]);
    say('capabilities', 'read');
    await until(holds);
    expect(log).toContain('the grant grant-0 is there again');
    expect(count('agents')).toBe(2);
  });

  it('takes them away when the token is refused and the role is not there', async () => {
    say(
      'login',
      'Error writing data to auth/k/login: Error making API request.\n\nCode: 400. Errors:\n\n* invalid role name "grant-0"',
    );
    say('capabilities', refused);
    await until(() => !holds());
    await heard();
    expect([holds(), count('revoked')]).toEqual([false, 0]);
  });

  it.each([
    [
      'the server is away',
      'dial tcp 127.0.0.1:8200: connect: connection refused',
    ],
    ['the server is sealed', 'Code: 503. Errors:\n\n* Vault is sealed'],
    ['it answers nothing', ''],
  ])('leaves them while %s', async (_what, words) => {
    say('capabilities', words);
    say('login', words);
    await heard();
    await heard();
    expect([holds(), log]).toEqual([true, '']);
  });

  it('leaves them while service accounts cannot be reviewed, and when only its token has ended', async () => {
    say('login', 'Code: 403. Errors:\n\n* permission denied');
    say('capabilities', refused);
    await heard();
    expect(holds()).toBe(true);
    // Signing in works, and what the new token may do is what counts; it is given back.
    say('login', 'fresh-token');
    await until(() => count('revoked') > 0);
    await heard();
    expect(holds()).toBe(true);
  });

  it('shows a sign of life, and ends with its agent when it is asked to', async () => {
    expect(existsSync(file('run/smtp.alive'))).toBe(true);
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
    expect(holds()).toBe(true);
  });
});
