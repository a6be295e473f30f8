import { Admin } from '@platformatic/kafka';
import { newId } from '../../ids/newId.ts';
import { KafkaEventLog } from '../kafka/KafkaEventLog.ts';
import { EVENT_PARTITIONS } from '../partitioning.ts';
import type { EventLogFixture } from './EventLogFixture.ts';
import { silentLogger, until } from './kitForTests.ts';

/** An event log on the broker of the test run, with topics of its own. */
export async function createKafkaFixture(): Promise<EventLogFixture> {
  const brokers = process.env.SHOPFLOOR_TEST_KAFKA_BROKERS!;
  const admin = new Admin({
    clientId: 'events-test-admin',
    bootstrapBrokers: brokers.split(','),
  });
  const logs: KafkaEventLog[] = [];
  const topics: string[] = [];
  return {
    open: ({ leaseTtlMs } = {}) => {
      const log = KafkaEventLog.create({
        brokers: brokers.split(','),
        clientId: `events-test-${newId()}`,
        logger: silentLogger,
        // A broker refuses sessions shorter than six seconds.
        sessionTimeoutMs: leaseTtlMs && 6000,
      });
      logs.push(log);
      return log;
    },
    createTopic: async name => {
      await admin.createTopics({
        topics: [name],
        partitions: EVENT_PARTITIONS,
        replicas: 1,
      });
      topics.push(name);
      // Made is not yet known to whoever leads a partition.
      await until(`the topic ${name}`, async () => {
        const metadata = await admin
          .metadata({ topics: [name], forceUpdate: true })
          .catch(() => undefined);
        return metadata?.topics.get(name)?.partitionsCount === EVENT_PARTITIONS;
      });
    },
    env: { EVENTS_ADAPTER: 'kafka', KAFKA_BROKERS: brokers },
    close: async () => {
      await Promise.all(logs.map(log => log.close()));
      await admin.deleteTopics({ topics }).catch(() => undefined);
      await admin.close();
    },
  };
}
