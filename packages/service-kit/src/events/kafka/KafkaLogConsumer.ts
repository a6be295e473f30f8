import { setTimeout as delay } from 'node:timers/promises';
import {
  Consumer,
  type Message,
  MessagesStreamFallbackModes,
  MessagesStreamModes,
  type MessagesStream,
  stringDeserializers,
} from '@platformatic/kafka';
import type { Logger } from 'pino';
import { backoffMs } from '../backoff.ts';
import { Doorbell } from '../Doorbell.ts';
import type { ConsumeOptions, LogEvent } from '../types.ts';

/** Options of {@link KafkaLogConsumer}. */
export interface KafkaLogConsumerOptions extends ConsumeOptions {
  brokers: string[];
  clientId: string;
  logger: Logger;
  sessionTimeoutMs: number;
}

type TextMessage = Message<string, string, string, string>;
type TextStream = MessagesStream<string, string, string, string>;
type TextConsumer = Consumer<string, string, string, string>;

/** Longest a fetch waits at the broker for something to come. */
const FETCH_WAIT_MS = 500;
/** A look at the stream even when it says nothing. */
const IDLE_LOOK_MS = 1000;
const COMMIT_TIMEOUT_MS = 10_000;

function toLogEvent(message: TextMessage): LogEvent {
  return {
    topic: message.topic,
    partition: message.partition,
    offset: Number(message.offset),
    key: message.key ?? '',
    value: message.value ?? '',
    ageMs: Math.max(0, Date.now() - Number(message.timestamp)),
    generation: 0,
  };
}

/** The highest message of each partition, as the offset to go on from. */
function commitsOf(messages: readonly TextMessage[]) {
  const last = new Map<string, TextMessage>();
  for (const message of messages) {
    last.set(`${message.topic}/${message.partition}`, message);
  }
  return [...last.values()].map(({ topic, partition, offset, metadata }) => ({
    topic,
    partition,
    offset: offset + 1n,
    leaderEpoch: Number(metadata?.leaderEpoch ?? -1),
  }));
}

/**
 * One member of a group. One loop reads what has come as a batch, hands it over and
 * commits after the work, in order. A stream that breaks is opened anew, and goes
 * on from what was committed.
 */
export class KafkaLogConsumer {
  readonly #options: KafkaLogConsumerOptions;
  readonly #abort = new AbortController();
  readonly #doorbell = new Doorbell();
  #loop: Promise<void> | undefined;
  #failures = 0;

  static create(options: KafkaLogConsumerOptions): KafkaLogConsumer {
    return new KafkaLogConsumer(options);
  }

  private constructor(options: KafkaLogConsumerOptions) {
    this.#options = options;
  }

  start(): void {
    this.#loop ??= this.#run();
  }

  async close(): Promise<void> {
    this.#abort.abort();
    this.#doorbell.ring();
    await this.#loop;
  }

  get #closed(): boolean {
    return this.#abort.signal.aborted;
  }

  async #run(): Promise<void> {
    while (!this.#closed) {
      const consumer = this.#createConsumer();
      // Without a listener an error of the client would end the process.
      consumer.on('error', error => this.#report(error));
      let stream: TextStream | undefined;
      try {
        stream = await consumer.consume({
          topics: [...this.#options.topics],
          mode: MessagesStreamModes.COMMITTED,
          fallbackMode: MessagesStreamFallbackModes.EARLIEST,
        });
        await this.#read(consumer, stream);
      } catch (error) {
        this.#report(error as Error);
      }
      await stream?.close().catch(() => undefined);
      await consumer.close(true).catch(() => undefined);
      if (!this.#closed) {
        await this.#pause();
      }
    }
  }

  #createConsumer(): TextConsumer {
    const { brokers, clientId, group, maxBatch, sessionTimeoutMs } =
      this.#options;
    return new Consumer({
      clientId,
      groupId: group,
      bootstrapBrokers: brokers,
      deserializers: stringDeserializers,
      autocommit: false,
      sessionTimeout: sessionTimeoutMs,
      rebalanceTimeout: sessionTimeoutMs,
      heartbeatInterval: Math.floor(sessionTimeoutMs / 5),
      maxWaitTime: FETCH_WAIT_MS,
      minBytes: 1,
      highWaterMark: maxBatch ?? 500,
      timeout: 5000,
      connectTimeout: 2000,
      retries: 2,
    });
  }

  async #read(consumer: TextConsumer, stream: TextStream): Promise<void> {
    let failure: Error | undefined;
    const ring = () => this.#doorbell.ring();
    // The listeners stay: a stream that nobody listens to stops to fetch, and does not begin again.
    stream.on('readable', ring);
    stream.on('close', ring);
    stream.on('error', error => {
      failure = error;
      ring();
    });
    while (!this.#closed && !stream.destroyed && !failure) {
      const messages = this.#take(stream);
      if (messages.length > 0) {
        await this.#handle(consumer, messages);
      } else {
        await this.#doorbell.wait(IDLE_LOOK_MS);
      }
    }
    if (failure) {
      throw failure;
    }
  }

  #take(stream: TextStream): TextMessage[] {
    const { maxBatch = 500 } = this.#options;
    const messages: TextMessage[] = [];
    while (messages.length < maxBatch) {
      const message = stream.read() as TextMessage | null;
      if (!message) {
        break;
      }
      messages.push(message);
    }
    return messages;
  }

  /** Hands a batch over until it is done; what went to another member meanwhile is his. */
  async #handle(
    consumer: TextConsumer,
    messages: TextMessage[],
  ): Promise<void> {
    let batch = messages;
    for (;;) {
      const owned = new Set(
        (consumer.assignments ?? []).flatMap(({ topic, partitions }) =>
          partitions.map(partition => `${topic}/${partition}`),
        ),
      );
      batch = batch.filter(({ topic, partition }) =>
        owned.has(`${topic}/${partition}`),
      );
      if (batch.length === 0) {
        return;
      }
      try {
        await this.#options.onBatch(batch.map(toLogEvent));
        break;
      } catch (error) {
        this.#report(error as Error);
        if (this.#closed) {
          return;
        }
        await this.#pause();
      }
    }
    await this.#commit(consumer, batch);
    if (this.#failures > 0) {
      this.#failures = 0;
      this.#options.onTrouble?.(undefined);
    }
  }

  /** Bounded: a commit during a rebalance may never be answered. */
  async #commit(
    consumer: TextConsumer,
    batch: readonly TextMessage[],
  ): Promise<void> {
    const timer = new AbortController();
    try {
      await Promise.race([
        consumer.commit({ offsets: commitsOf(batch) }),
        delay(COMMIT_TIMEOUT_MS, undefined, { signal: timer.signal }).then(
          () => {
            throw new Error('Kafka did not answer a commit');
          },
        ),
      ]);
    } finally {
      timer.abort();
    }
  }

  #report(error: Error): void {
    if (this.#closed) {
      return;
    }
    this.#failures += 1;
    this.#options.onTrouble?.(error);
    if (this.#failures === 1) {
      this.#options.logger.warn(
        { error, group: this.#options.group },
        'Events could not be read or handled; trying again',
      );
    }
  }

  async #pause(): Promise<void> {
    const waitMs = backoffMs(Math.max(1, this.#failures), {
      baseMs: 100,
      maxMs: 5000,
      random: Math.random,
    });
    await delay(waitMs, undefined, { signal: this.#abort.signal }).catch(
      () => undefined,
    );
  }
}
