import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { callGraph, type CallGraph } from '../calls/callGraph.ts';

interface OtlpSpan {
  spanId: string;
  parentSpanId?: string;
  /** 2 is SERVER. */
  kind?: number;
  name: string;
  attributes?: { key: string; value: Record<string, unknown> }[];
}

interface OtlpExport {
  resourceSpans?: {
    resource?: {
      attributes?: { key: string; value: { stringValue?: string } }[];
    };
    scopeSpans?: { spans?: OtlpSpan[] }[];
  }[];
}

const SERVER = 2;

/** Takes spans in as an OpenTelemetry collector does (OTLP over HTTP, JSON), to ask afterwards who called whom. */
export class TraceCollector {
  readonly endpoint: string;
  readonly #server: Server;
  readonly #spans = new Map<string, { service: string; span: OtlpSpan }>();
  /** Everything that arrived, as it was; for a search for what must never be in it. */
  readonly bodies: string[] = [];

  static async listen(): Promise<TraceCollector> {
    const server = createServer();
    await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
    return new TraceCollector(server);
  }

  private constructor(server: Server) {
    this.#server = server;
    this.endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', chunk => chunks.push(chunk));
      request.on('end', () => {
        const raw = Buffer.concat(chunks);
        const text = (
          request.headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw
        ).toString();
        this.bodies.push(text);
        this.#take(JSON.parse(text) as OtlpExport);
        response.setHeader('content-type', 'application/json');
        response.end('{}');
      });
    });
  }

  get spanCount(): number {
    return this.#spans.size;
  }

  /** Synchronous calls seen: a server span whose parent lies in another service. Events are no server spans. */
  calls(): CallGraph {
    const pairs: [string, string][] = [];
    for (const { service, span } of this.#spans.values()) {
      const parent = span.parentSpanId && this.#spans.get(span.parentSpanId);
      if (span.kind === SERVER && parent && parent.service !== service) {
        pairs.push([parent.service, service]);
      }
    }
    return callGraph(pairs);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise(done => this.#server.close(done));
  }

  #take(message: OtlpExport): void {
    for (const { resource, scopeSpans } of message.resourceSpans ?? []) {
      const service =
        resource?.attributes?.find(({ key }) => key === 'service.name')?.value
          .stringValue ?? 'unknown';
      for (const { spans } of scopeSpans ?? []) {
        for (const span of spans ?? []) {
          this.#spans.set(span.spanId, { service, span });
        }
      }
    }
  }
}
