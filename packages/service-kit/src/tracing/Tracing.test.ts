import { context, trace } from '@opentelemetry/api';
import {
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inOwnTrace } from './inOwnTrace.ts';
import { Tracing } from './Tracing.ts';

const service = {
  name: 'things',
  version: '1.2.3',
  release: 'v1',
  environment: 'test',
  instance: 'things-1',
};
const PARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const UNSAMPLED = PARENT.replace(/01$/, '00');

describe('Tracing', () => {
  it('passes the caller’s trace on untouched when nothing is exported', () => {
    const tracing = Tracing.create({ service });
    const started = tracing.startRequest({ traceparent: PARENT }, 'GET /', {});
    expect(started.span).toBeUndefined();
    expect(
      context.with(started.context, () => tracing.outgoingHeaders()),
    ).toEqual({ traceparent: PARENT });
  });

  it('gives a request without a trace ids of its own even when nothing is exported', () => {
    const tracing = Tracing.create({ service });
    const started = tracing.startRequest({}, 'GET /', {});
    expect(trace.getSpanContext(started.context)?.traceId).toMatch(
      /^[0-9a-f]{32}$/,
    );
    expect(started.span?.isRecording()).toBe(false);
    const headers = () =>
      context.with(started.context, () => tracing.outgoingHeaders());
    expect(headers().traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
    expect(headers()).toEqual(headers());
  });

  it('records the share of new traces that is configured, and every one that its caller records', () => {
    const draws = [0, 0.24, 0.25, 0.99];
    const tracing = Tracing.create({
      service,
      sampleRatio: 0.25,
      processors: [
        new SimpleSpanProcessor({ exporter: new InMemorySpanExporter() }),
      ],
      random: () => draws.shift()!,
    });
    const recorded = (headers: Record<string, string>) =>
      tracing.startRequest(headers, 'GET /', {}).span?.isRecording();
    expect([1, 2, 3, 4].map(() => recorded({}))).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(recorded({ traceparent: PARENT })).toBe(true);
  });

  it('follows the caller’s decision not to sample', () => {
    const exporter = new InMemorySpanExporter();
    const tracing = Tracing.create({
      service,
      sampleRatio: 1,
      processors: [new SimpleSpanProcessor({ exporter })],
    });
    const { span } = tracing.startRequest(
      { traceparent: UNSAMPLED },
      'GET /',
      {},
    );
    expect(span?.isRecording()).toBe(false);
  });

  it('nests a piece of work below the request, and marks its failure', async () => {
    const exporter = new InMemorySpanExporter();
    const tracing = Tracing.create({
      service,
      sampleRatio: 1,
      processors: [new SimpleSpanProcessor({ exporter })],
    });
    const request = tracing.startRequest({}, 'GET /', {});
    await context.with(request.context, async () => {
      await tracing.span(
        'find',
        { 'db.system.name': 'postgresql' },
        async () => {
          await Promise.resolve();
        },
      );
      await expect(
        tracing.span('list', {}, () => Promise.reject(new TypeError('no'))),
      ).rejects.toThrow('no');
    });
    request.span?.end();
    const [find, list, root] = exporter.getFinishedSpans();
    expect(find.parentSpanContext?.spanId).toBe(root.spanContext().spanId);
    expect(list.attributes['error.type']).toBe('TypeError');
  });

  it('gives background work a trace of its own, with what it asks below, and marks its failure', async () => {
    const exporter = new InMemorySpanExporter();
    const tracing = Tracing.create({
      service,
      sampleRatio: 1,
      processors: [new SimpleSpanProcessor({ exporter })],
    });
    const outer = tracing.startRequest({}, 'GET /', {});
    await context.with(outer.context, async () => {
      expect(
        await inOwnTrace(tracing, { name: 'send' }, () =>
          tracing.span('ask', {}, async () => 7),
        ),
      ).toBe(7);
      await expect(
        inOwnTrace(tracing, { name: 'fail' }, () =>
          Promise.reject(new TypeError('no')),
        ),
      ).rejects.toThrow('no');
    });
    const [ask, send, fail] = exporter.getFinishedSpans();
    expect(ask.parentSpanContext?.spanId).toBe(send.spanContext().spanId);
    expect(send.parentSpanContext).toBeUndefined();
    expect(fail.attributes['error.type']).toBe('TypeError');
    expect(
      new Set([send, fail, outer.span!].map(s => s.spanContext().traceId)).size,
    ).toBe(3);
  });

  it('sends spans to the collector that is configured', async () => {
    const received: { url?: string; body: string }[] = [];
    const collector = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) {
        body += chunk;
      }
      received.push({ url: request.url, body });
      response.setHeader('content-type', 'application/json').end('{}');
    });
    await new Promise<void>(resolve =>
      collector.listen(0, '127.0.0.1', resolve),
    );
    const { port } = collector.address() as AddressInfo;
    const tracing = Tracing.create({
      service,
      sampleRatio: 1,
      endpoint: `http://127.0.0.1:${port}/`,
    });
    tracing.startRequest({}, 'GET /things', {}).span?.end();
    await tracing.close();
    collector.close();
    expect(received[0].url).toBe('/v1/traces');
    expect(received[0].body).toContain('GET /things');
    expect(received[0].body).toContain('shopfloor.release');
  });
});
