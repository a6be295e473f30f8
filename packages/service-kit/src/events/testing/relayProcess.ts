import { createEventLog } from '../createEventLog.ts';
import { eventsConfigSpec } from '../eventsConfig.ts';
import { loadConfig } from '../../config/defineConfig.ts';
import { OutboxRelay } from '../OutboxRelay.ts';
import { openKit } from './kitForTests.ts';

/*
 * A replica's relay as a process of its own, so that a test can kill it. Its short
 * lease lets a test see the other take over.
 */
const kit = openKit(process.env.DATABASE_URL!);
const log = await createEventLog(loadConfig(eventsConfigSpec, process.env));
OutboxRelay.create({ ...kit, log, leaseTtlMs: 1500, maxBatch: 100 }).start();
process.stdout.write('started\n');
