import { describeWithServer } from '../../testing/adapters/describeWithServer.ts';
import { eventLogContract } from '../testing/eventLogContract.ts';
import { createKafkaFixture } from '../testing/kafkaFixture.ts';

describeWithServer('SHOPFLOOR_TEST_KAFKA_BROKERS', 'KafkaEventLog', () => {
  eventLogContract({ createFixture: createKafkaFixture });
});
