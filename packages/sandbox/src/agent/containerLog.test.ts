import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ContainerLog, type LogQuery } from './containerLog.ts';
import { parseLogQuery } from './logServer.ts';

describe('log of a container', () => {
  let folder: string;
  let log: ContainerLog;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'shopfloor-log-'));
    log = new ContainerLog(join(folder, 'main.log'));
    await log.startRun();
    await appendFile(log.path, 'one\ntwo\n');
    await log.note(Date.parse('2026-11-23T10:00:00Z'));
    await appendFile(log.path, 'three\n');
    await log.note(Date.parse('2026-11-23T10:00:05Z'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function read(query: LogQuery, from = log): Promise<string> {
    let text = '';
    const signal = new AbortController().signal;
    for await (const line of from.read(query, signal, () => true)) text += line;
    return text;
  }

  it('gives all, the last lines, or those since a moment', async () => {
    expect(await read({})).toBe('one\ntwo\nthree\n');
    expect(await read({ tailLines: 2 })).toBe('two\nthree\n');
    expect(await read({ tailLines: 0 })).toBe('');
    expect(await read({ sinceMs: Date.parse('2026-11-23T10:00:03Z') })).toBe(
      'three\n',
    );
    expect(await read({ limitBytes: 8 })).toBe('one\ntwo\n');
  });

  it('knows when a line was first seen', async () => {
    expect(await read({ timestamps: true })).toBe(
      '2026-11-23T10:00:00.000Z one\n2026-11-23T10:00:00.000Z two\n2026-11-23T10:00:05.000Z three\n',
    );
  });

  it('keeps the run before', async () => {
    await log.startRun();
    await appendFile(log.path, 'again\n');
    expect(await read({})).toBe('again\n');
    expect(await read({}, log.previous)).toBe('one\ntwo\nthree\n');
  });

  it('follows until the container is over', async () => {
    let polls = 0;
    let text = '';
    const signal = new AbortController().signal;
    const over = () => (polls += 1) > 2;
    for await (const line of log.read(
      { follow: true, tailLines: 1 },
      signal,
      over,
    )) {
      text += line;
      if (line === 'three\n') await appendFile(log.path, 'four\n');
    }
    expect(text).toBe('three\nfour\n');
  });

  it('has nothing to give before the first run', async () => {
    expect(await read({}, new ContainerLog(join(folder, 'none.log')))).toBe('');
  });

  it('understands what kubectl asks', () => {
    const parse = (text: string) =>
      parseLogQuery(new URLSearchParams(text), 100_000);
    expect(parse('tailLines=5&sinceSeconds=10&timestamps=true')).toMatchObject({
      tailLines: 5,
      sinceMs: 90_000,
      timestamps: true,
      follow: false,
    });
    expect(parse('sinceTime=1970-01-01T00:00:01Z').sinceMs).toBe(1000);
  });
});
