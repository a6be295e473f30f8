/* eslint-disable jest/no-export -- the contract is run by the tests of each adapter */
import { randomInt } from 'node:crypto';
import { newId } from '../../ids/newId.ts';
import { UnavailableError } from '../../problems/DomainError.ts';
import { EVENT_PARTITIONS, partitionOf } from '../partitioning.ts';
import {
  type EventLog,
  type EventRecord,
  type LogConsumer,
  type LogEvent,
  MAX_EVENT_BYTES,
  RecordsRefusedError,
} from '../types.ts';
import { eventFlowContract } from './eventFlowContract.ts';
import type { EventLogFixture } from './EventLogFixture.ts';
import { until } from './kitForTests.ts';

/** Options of {@link eventLogContract}. */
export interface EventLogContractOptions {
  createFixture: () => Promise<EventLogFixture>;
}

const record = (
  topic: string,
  key: string,
  value: unknown,
  id = newId(),
): EventRecord => ({ topic, key, id, value: JSON.stringify(value) });

/** Sends until it is taken, as the relay does: a log may be away for a moment. */
async function append(
  log: EventLog,
  records: readonly EventRecord[],
): Promise<void> {
  await until('the log takes a batch', () =>
    log.append(records).then(
      () => true,
      error => {
        if (error instanceof UnavailableError) {
          return false;
        }
        throw error;
      },
    ),
  );
}

/** What every adapter of the event log does. Called inside a `describe` of the adapter. */
export function eventLogContract(options: EventLogContractOptions): void {
  let fixture: EventLogFixture;
  let topic: string;

  beforeAll(async () => {
    fixture = await options.createFixture();
  });

  afterAll(async () => {
    await fixture?.close();
  });

  beforeEach(async () => {
    topic = `test.${newId()}`;
    await fixture.createTopic(topic);
  });

  /** Reads a group into a list until the test ends the member. */
  async function collect(
    log: EventLog,
    group: string,
    into: LogEvent[],
  ): Promise<LogConsumer> {
    return log.consume({
      group,
      topics: [topic],
      onBatch: async events => {
        into.push(...events);
      },
    });
  }

  const valuesOf = (events: readonly LogEvent[], key: string) =>
    events
      .filter(event => event.key === key)
      .map(({ value }) => JSON.parse(value) as number);

  it('hands a batch over whole, in order, each key in its own partition', async () => {
    const log = fixture.open();
    const keys = Array.from({ length: 30 }, newId);
    await append(
      log,
      Array.from({ length: 300 }, (_, n) => record(topic, keys[n % 30], n)),
    );
    const seen: LogEvent[] = [];
    const member = await collect(log, newId(), seen);
    await until('300 events', () => seen.length === 300);
    await member.close();
    for (const [index, key] of keys.entries()) {
      expect(valuesOf(seen, key)).toEqual(
        Array.from({ length: 10 }, (_, n) => n * 30 + index),
      );
    }
    for (const event of seen) {
      expect(event.partition).toBe(partitionOf(event.key));
      expect(event.ageMs).toBeGreaterThanOrEqual(0);
      expect(event.ageMs).toBeLessThan(60_000);
    }
    expect(
      new Set(seen.map(({ partition }) => partition)).size,
    ).toBeGreaterThan(EVENT_PARTITIONS / 2);
  });

  it('takes an empty batch and a text of any kind', async () => {
    const log = fixture.open();
    await log.append([]);
    const text = 'quote " backslash \\ newline \n 中文 \u{1f4e6} {a,b}';
    await append(log, [record(topic, 'a key, {with} "marks"', text)]);
    const seen: LogEvent[] = [];
    const member = await collect(log, newId(), seen);
    await until('the event', () => seen.length === 1);
    await member.close();
    expect(JSON.parse(seen[0].value)).toBe(text);
    expect(seen[0].key).toBe('a key, {with} "marks"');
  });

  it('loses and reorders nothing with eight writers and a reader that comes and goes', async () => {
    const writers = 8;
    const perWriter = 1300;
    const group = newId();
    const target = topic;
    const seen: LogEvent[] = [];
    let writing = true;
    const reading = (async () => {
      // Two members at a time; one of them leaves and comes again, so that partitions move.
      const stayer = await collect(fixture.open(), group, seen);
      while (writing) {
        const guest = await collect(fixture.open(), group, seen);
        await new Promise(resolve => {
          setTimeout(resolve, 400);
        });
        await guest.close();
      }
      return stayer;
    })();
    await Promise.all(
      Array.from({ length: writers }, async (_, writer) => {
        const log = fixture.open();
        let n = 0;
        while (n < perWriter) {
          const size = Math.min(perWriter - n, 1 + randomInt(60));
          const from = n;
          await append(
            log,
            Array.from({ length: size }, (__, index) =>
              record(target, `${writer}-${(from + index) % 5}`, from + index),
            ),
          );
          n += size;
        }
      }),
    );
    writing = false;
    const stayer = await reading;
    // An event may come twice when partitions move, so different ones are counted.
    const different = new Set<string>();
    let counted = 0;
    await until('every event', () => {
      for (; counted < seen.length; counted += 1) {
        different.add(`${seen[counted].key}/${seen[counted].value}`);
      }
      return different.size >= writers * perWriter;
    });
    await stayer.close();
    expect(different.size).toBe(writers * perWriter);
    for (let writer = 0; writer < writers; writer += 1) {
      for (let k = 0; k < 5; k += 1) {
        // The first coming of each is in order.
        const values = [...new Set(valuesOf(seen, `${writer}-${k}`))];
        expect(values).toEqual(
          Array.from({ length: perWriter / 5 }, (_, n) => n * 5 + k),
        );
      }
    }
  });

  it('goes on from what was committed, and repeats what was not', async () => {
    const log = fixture.open();
    const group = newId();
    const first: LogEvent[] = [];
    await append(log, [record(topic, 'k', 1), record(topic, 'k', 2)]);
    const one = await collect(log, group, first);
    await until('both', () => first.length === 2);
    await one.close();

    await append(log, [record(topic, 'k', 3)]);
    let attempts = 0;
    const failing = await log.consume({
      group,
      topics: [topic],
      onBatch: async () => {
        attempts += 1;
        throw new Error('not today');
      },
    });
    await until('three attempts', () => attempts >= 3);
    await failing.close();

    const third: LogEvent[] = [];
    const last = await collect(log, group, third);
    await until('the repeated one', () => third.length === 1);
    await last.close();
    expect(valuesOf(third, 'k')).toEqual([3]);
  });

  it('gives each group every event', async () => {
    const log = fixture.open();
    const seen = [[], [], []] as LogEvent[][];
    const members = await Promise.all(
      seen.map(into => collect(log, newId(), into)),
    );
    await append(log, [record(topic, 'a', 1), record(topic, 'b', 2)]);
    await until('both in each', () => seen.every(({ length }) => length === 2));
    await Promise.all(members.map(member => member.close()));
    expect(seen.map(({ length }) => length)).toEqual([2, 2, 2]);
  });

  it('shares the partitions of a group, and again when a member joins or leaves', async () => {
    const group = newId();
    const shares = new Map<string, Set<number>>();
    const join = async (name: string) => {
      const log = fixture.open({ leaseTtlMs: 1500 });
      shares.set(name, new Set());
      return log.consume({
        group,
        topics: [topic],
        onBatch: async events => {
          for (const { partition } of events) {
            shares.get(name)!.add(partition);
          }
        },
      });
    };
    const log = fixture.open();
    // One key for each partition.
    const keys = new Map<number, string>();
    while (keys.size < EVENT_PARTITIONS) {
      const key = newId();
      keys.set(partitionOf(key), key);
    }
    const settle = (expected: Record<string, number>) =>
      until(
        `shares ${JSON.stringify(expected)}`,
        async () => {
          for (const share of shares.values()) {
            share.clear();
          }
          await append(
            log,
            [...keys.values()].map(key => record(topic, key, 0)),
          );
          await until(
            'a round',
            () =>
              new Set([...shares.values()].flatMap(share => [...share]))
                .size === EVENT_PARTITIONS,
          );
          return Object.entries(expected).every(
            ([name, size]) => shares.get(name)!.size === size,
          );
        },
        40_000,
      );
    const one = await join('one');
    await settle({ one: 8 });
    const two = await join('two');
    await settle({ one: 4, two: 4 });
    await one.close();
    await settle({ two: 8 });
    await two.close();
    expect(shares.get('one')!.size).toBe(0);
  });

  it('refuses for good what is too large or has no topic, and names it', async () => {
    const log = fixture.open();
    const good = record(topic, 'k', 'good');
    const large = record(topic, 'k', 'x'.repeat(MAX_EVENT_BYTES + 1));
    await expect(log.append([good, large])).rejects.toMatchObject({
      refused: [{ id: large.id, reason: 'too-large' }],
    });
    const lost = record(`test.none-${newId()}`, 'k', 'lost');
    const refusal = await append(log, [good, lost]).catch(error => error);
    expect(refusal).toBeInstanceOf(RecordsRefusedError);
    expect(refusal.refused).toEqual([{ id: lost.id, reason: 'unknown-topic' }]);
    await append(log, [good]);
    const seen: LogEvent[] = [];
    const member = await collect(log, newId(), seen);
    await until('the good one', () => valuesOf(seen, 'k').length > 0);
    await member.close();
    expect(seen.map(({ value }) => JSON.parse(value))).toContain('good');
  });

  it('replays a group from the beginning, or from a time', async () => {
    const log = fixture.open();
    const group = newId();
    await append(
      log,
      [1, 2, 3].map(n => record(topic, 'k', n)),
    );
    const first: LogEvent[] = [];
    let member = await collect(log, group, first);
    await until('three', () => first.length === 3);
    await member.close();
    await new Promise(resolve => {
      setTimeout(resolve, 50);
    });
    const middle = new Date();
    await new Promise(resolve => {
      setTimeout(resolve, 50);
    });
    await append(
      log,
      [4, 5].map(n => record(topic, 'k', n)),
    );

    await log.replay({ group, topics: [topic], from: 'beginning' });
    const again: LogEvent[] = [];
    member = await collect(log, group, again);
    await until('all five', () => again.length === 5);
    await member.close();
    expect(valuesOf(again, 'k')).toEqual([1, 2, 3, 4, 5]);
    expect(again[0].generation > first[0].generation).toBe(log.generations);

    await log.replay({ group, topics: [topic], from: middle });
    const late: LogEvent[] = [];
    member = await collect(log, group, late);
    await until('the late two', () => late.length === 2);
    await member.close();
    expect(valuesOf(late, 'k')).toEqual([4, 5]);
  });

  eventFlowContract({ fixture: () => fixture, topic: () => topic });
}
