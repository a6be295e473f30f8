import {
  Admin,
  ListOffsetTimestamps,
  ProduceAcks,
  Producer,
  stringSerializers,
} from '@platformatic/kafka';
import type { Logger } from 'pino';
import { ConflictError } from '../../problems/DomainError.ts';
import { partitionOf } from '../partitioning.ts';
import {
  type ConsumeOptions,
  type EventLog,
  type EventRecord,
  type LogConsumer,
  MAX_EVENT_BYTES,
  RecordsRefusedError,
  type ReplayOptions,
} from '../types.ts';
import { KafkaLogConsumer } from './KafkaLogConsumer.ts';
import { logUnavailable, refusalOf, refusedAll } from './kafkaErrors.ts';

/** Options of {@link KafkaEventLog}. */
export interface KafkaEventLogOptions {
  /** `host:port` of brokers to begin with. */
  brokers: string[];
  clientId: string;
  logger: Logger;
  /** How long a member that no longer answers keeps its partitions. Default 10 s. */
  sessionTimeoutMs?: number;
}

type StringProducer = Producer<string, string, string, string>;

/**
 * The event log in Kafka. Topics are made by the platform, with eight partitions;
 * a client that made one on a typing error would lose events silently. The
 * producer is idempotent, so that a repeated request appends once.
 */
export class KafkaEventLog implements EventLog {
  /** A replay has to forget the inbox: an offset in Kafka carries nothing of ours. */
  readonly generations = false;
  readonly #options: KafkaEventLogOptions;
  readonly #consumers = new Set<KafkaLogConsumer>();
  #producer: StringProducer | undefined;
  #admin: Admin | undefined;

  static create(options: KafkaEventLogOptions): KafkaEventLog {
    return new KafkaEventLog(options);
  }

  private constructor(options: KafkaEventLogOptions) {
    this.#options = options;
  }

  async append(records: readonly EventRecord[]): Promise<void> {
    if (records.length === 0) {
      return;
    }
    const tooLarge = records.filter(
      ({ value }) => Buffer.byteLength(value) > MAX_EVENT_BYTES,
    );
    if (tooLarge.length > 0) {
      throw refusedAll(tooLarge, 'too-large', undefined);
    }
    try {
      await this.#send(records);
    } catch (error) {
      const reason = refusalOf(error);
      if (!reason) {
        // The state of the producer's sequence numbers is unknown now.
        await this.#dropProducer();
        throw logUnavailable(error);
      }
      throw await this.#findRefused(records, reason, error);
    }
  }

  async consume(options: ConsumeOptions): Promise<LogConsumer> {
    const consumer = KafkaLogConsumer.create({
      ...options,
      ...this.#options,
      sessionTimeoutMs: this.#options.sessionTimeoutMs ?? 10_000,
    });
    this.#consumers.add(consumer);
    consumer.start();
    return {
      close: async () => {
        await consumer.close();
        this.#consumers.delete(consumer);
      },
    };
  }

  /** @throws ConflictError while a member of the group runs: Kafka moves only what nobody reads */
  async replay(options: ReplayOptions): Promise<void> {
    const admin = this.#openAdmin();
    try {
      const metadata = await admin.metadata({ topics: [...options.topics] });
      const timestamp =
        options.from === 'beginning'
          ? ListOffsetTimestamps.EARLIEST
          : BigInt(options.from.getTime());
      const partitionsOf = (topic: string, at: bigint) =>
        Array.from(
          { length: metadata.topics.get(topic)!.partitionsCount },
          (_, partitionIndex) => ({ partitionIndex, timestamp: at }),
        );
      const offsetsAt = (at: bigint) =>
        admin.listOffsets({
          topics: options.topics.map(name => ({
            name,
            partitions: partitionsOf(name, at),
          })),
        });
      const starts = await offsetsAt(timestamp);
      // Where nothing is as young as asked for, Kafka answers -1: go on from the end.
      const ends = await offsetsAt(ListOffsetTimestamps.LATEST);
      await admin.alterConsumerGroupOffsets({
        groupId: options.group,
        topics: starts.map(({ name, partitions }) => ({
          name,
          partitionOffsets: partitions.map(({ partitionIndex, offset }) => ({
            partition: partitionIndex,
            offset:
              offset >= 0n
                ? offset
                : ends
                    .find(topic => topic.name === name)!
                    .partitions.find(p => p.partitionIndex === partitionIndex)!
                    .offset,
          })),
        })),
      });
    } catch (error) {
      if (/UNKNOWN_MEMBER_ID|NON_EMPTY_GROUP/.test(JSON.stringify(error))) {
        throw new ConflictError({
          code: 'group-active',
          message: `The group ${options.group} runs. Stop its consumers, then replay.`,
          cause: error,
        });
      }
      throw logUnavailable(error);
    }
  }

  async ping(): Promise<void> {
    try {
      await this.#openAdmin().metadata({ topics: [], forceUpdate: true });
    } catch (error) {
      throw new Error('the event log does not answer', { cause: error });
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#consumers].map(consumer => consumer.close()));
    await this.#dropProducer();
    await this.#admin?.close().catch(() => undefined);
  }

  async #send(records: readonly EventRecord[]): Promise<void> {
    this.#producer ??= new Producer({
      clientId: this.#options.clientId,
      bootstrapBrokers: this.#options.brokers,
      serializers: stringSerializers,
      idempotent: true,
      acks: ProduceAcks.ALL,
      autocreateTopics: false,
      timeout: 5000,
      connectTimeout: 2000,
      retries: 2,
      retryDelay: 100,
    });
    await this.#producer.send({
      messages: records.map(({ topic, key, value }) => ({
        topic,
        key,
        value,
        partition: partitionOf(key),
      })),
    });
  }

  /** One bad topic fails a whole request; which one it was is found topic by topic. */
  async #findRefused(
    records: readonly EventRecord[],
    reason: ReturnType<typeof refusalOf> & string,
    cause: unknown,
  ): Promise<RecordsRefusedError> {
    if (reason === 'too-large') {
      return refusedAll(records, reason, cause);
    }
    const admin = this.#openAdmin();
    const bad = new Set<string>();
    for (const topic of new Set(records.map(record => record.topic))) {
      try {
        await admin.metadata({ topics: [topic], forceUpdate: true });
      } catch (error) {
        if (!refusalOf(error)) {
          throw logUnavailable(error);
        }
        bad.add(topic);
      }
    }
    const refused = records.filter(({ topic }) => bad.has(topic));
    return refusedAll(refused.length > 0 ? refused : records, reason, cause);
  }

  #openAdmin(): Admin {
    this.#admin ??= new Admin({
      clientId: this.#options.clientId,
      bootstrapBrokers: this.#options.brokers,
      timeout: 5000,
      connectTimeout: 2000,
      retries: 1,
    });
    return this.#admin;
  }

  async #dropProducer(): Promise<void> {
    const producer = this.#producer;
    this.#producer = undefined;
    await producer?.close(true).catch(() => undefined);
  }
}
