import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { ScratchPostgres } from '@shopfloor/drills/src/stack/ScratchPostgres.ts';
import { startAdapters } from '@shopfloor/service-kit/src/testing/adapters/startAdapters.ts';
import type { PhaseLog } from '../PhaseLog.ts';
import { run } from '../processes.ts';
import { fromJest, singleResult, type CheckResult } from '../report.ts';

/** Test files that only run against the servers of the distributed adapters. */
export const CONTRACT_TESTS =
  '(\\.contract|/service-kit/src/events/kafka/\\w+)\\.test\\.ts$';

/**
 * The contract suites of the ports against Redis, Kafka, OpenSearch and MongoDB, as
 * far as this machine has them; what it has not is printed with its reason.
 */
export async function adaptersCheck(options: {
  root: string;
  reports: string;
  args: readonly string[];
  log: PhaseLog;
}): Promise<CheckResult> {
  const { root, reports, args, log } = options;
  const output = join(reports, 'adapters.json');
  const startedAt = performance.now();
  const adapters = await startAdapters();
  // The suites of the event log have outboxes and inboxes, which are in PostgreSQL.
  const postgres = await ScratchPostgres.start();
  for (const { server, reason } of adapters.missing) {
    log.say(`${server} is left out: ${reason}`);
  }
  try {
    const { code } = await run(
      process.execPath,
      [
        join(root, 'node_modules/.bin/backstage-cli'),
        'repo',
        'test',
        '--ci',
        '--watchAll=false',
        // One server each and two processors: side by side they would only wait for each other.
        '--runInBand',
        '--json',
        `--outputFile=${output}`,
        '--testTimeout=60000',
        ...(args.length > 0 ? args : [CONTRACT_TESTS]),
      ],
      {
        cwd: root,
        capture: true,
        log,
        env: {
          ...process.env,
          ...adapters.env,
          SHOPFLOOR_TEST_POSTGRES_URL: postgres.url,
          CI: 'true',
          NODE_OPTIONS: '--experimental-vm-modules --no-warnings',
        },
      },
    );
    const durationSeconds = (performance.now() - startedAt) / 1000;
    const json = JSON.parse(readFileSync(output, 'utf8'));
    const result = {
      ...fromJest(json, { root, durationSeconds }),
      name: 'adapters',
    };
    return code !== 0 && result.failed === 0
      ? {
          ...result,
          failed: 1,
          failures: [`jest ended with code ${code} though no test failed`],
        }
      : result;
  } catch (error) {
    log.say(inspect(error));
    return singleResult(
      'adapters',
      false,
      (performance.now() - startedAt) / 1000,
    );
  } finally {
    await postgres.remove();
    await adapters.stop();
  }
}
