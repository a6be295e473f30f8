import { newId } from '@shopfloor/service-kit';
import {
  HttpClient,
  type TestResponse,
} from '@shopfloor/service-kit/src/testing/HttpClient.ts';
import { BundledPrograms } from '@shopfloor/service-kit/src/testing/BundledPrograms.ts';
import { eventually } from '@shopfloor/service-kit/src/testing/eventually.ts';
import { freePorts } from '@shopfloor/service-kit/src/testing/freePorts.ts';
import { killProgram } from '@shopfloor/service-kit/src/testing/startProgram.ts';
import type { TestDatabase } from '@shopfloor/service-kit/src/testing/TestDatabase.ts';
import { ServiceDatabases } from '@shopfloor/service-kit/src/testing/ServiceDatabases.ts';
import type {
  TestAccount,
  TestPaymentProvider,
} from '@shopfloor/test-payment-provider/src/testing/index.ts';
import {
  exportJWK,
  generateKeyPair,
  type CryptoKey,
  type JWK,
  SignJWT,
} from 'jose';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { Payment } from '../domain/types.ts';
import { migratePayments } from '../migratePayments.ts';

/** Options of {@link TestPayments}. */
export interface TestPaymentsOptions {
  provider: TestPaymentProvider;
  account: TestAccount;
  env?: Record<string, string>;
}

/** An event as the log has it. */
export interface SeenEvent {
  type: string;
  aggregateversion: number;
  data: any;
}

/** Payments as a process of its own, with its database and an event log, at a real provider. */
export class TestPayments {
  readonly database: TestDatabase;
  readonly log: TestDatabase;
  readonly lines: string[] = [];
  readonly #options: TestPaymentsOptions;
  readonly #programs: BundledPrograms;
  readonly #issuer: Server;
  readonly #key: CryptoKey;
  #child: ChildProcess | undefined;
  #port = 0;

  static async start(options: TestPaymentsOptions): Promise<TestPayments> {
    const [programs, { own, log }] = await Promise.all([
      BundledPrograms.create({ source: path.dirname(import.meta.dirname) }),
      ServiceDatabases.create(),
    ]);
    await migratePayments(own.connectionString);
    const { privateKey, publicKey } = await generateKeyPair('ES256');
    const jwk = { ...(await exportJWK(publicKey)), kid: 'test', alg: 'ES256' };
    const payments = new TestPayments(
      options,
      programs,
      own,
      log,
      privateKey,
      jwk,
    );
    await once(payments.#issuer, 'listening');
    // It must be free again after a kill, whatever else connects meanwhile.
    [payments.#port] = await freePorts(1);
    await payments.restart();
    return payments;
  }

  private constructor(
    options: TestPaymentsOptions,
    programs: BundledPrograms,
    database: TestDatabase,
    log: TestDatabase,
    key: CryptoKey,
    jwk: JWK,
  ) {
    this.#options = options;
    this.#programs = programs;
    this.database = database;
    this.log = log;
    this.#key = key;
    this.#issuer = createServer((_request, response) =>
      response.end(JSON.stringify({ keys: [jwk] })),
    ).listen(0, '127.0.0.1');
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Ends the process at once, as `kill -9` does. */
  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    await killProgram(child);
  }

  /** Starts the process, at the same port as before. */
  async restart(env: Record<string, string> = {}): Promise<void> {
    await this.kill();
    const { provider, account } = this.#options;
    const jwks = `http://127.0.0.1:${(this.#issuer.address() as AddressInfo).port}`;
    const { child, port } = await this.#programs.serve(
      {
        DATABASE_URL: this.database.connectionString,
        EVENTS_DATABASE_URL: this.log.connectionString,
        PORT: String(this.#port),
        POD_NAMESPACE: 'test',
        SESSION_JWKS_URL: jwks,
        AUTH_ISSUERS: `http://issuer=${jwks}`,
        ALLOWED_CALLERS: 'orders,customers',
        PAYMENT_PROVIDER_URL: provider.url,
        PAYMENT_PROVIDER_API_KEY: account.secretKey,
        PAYMENT_PROVIDER_WEBHOOK_SECRET: account.webhookSecret,
        // Room for a machine that is busy with other tests: a call that is cut has no outcome.
        PAYMENT_PROVIDER_TIMEOUT_MS: '4000',
        AUTHORISATION_GIVE_UP_SECONDS: '5',
        WORKER_EVERY_MS: '100',
        RECONCILE_EVERY_SECONDS: '3600',
        RECONCILE_GRACE_SECONDS: '0',
        DRAIN_DELAY_MS: '0',
        LOAD_SHEDDING: 'false',
        ...this.#options.env,
        ...env,
      },
      line => this.lines.push(line),
    );
    this.#child = child;
    this.#port = port;
    await provider.sendWebhooksTo(account.id, `${this.url}/webhooks/testpay`);
  }

  /** Ends the process and drops its databases. */
  async stop(): Promise<void> {
    await this.kill();
    this.#issuer.close();
    await this.database.drop();
    await this.log.drop();
  }

  async request(
    method: string,
    url: string,
    payload?: unknown,
    headers: Record<string, string> = {},
  ): Promise<TestResponse> {
    return new HttpClient(this.#port).request({
      method,
      url,
      payload,
      headers,
    });
  }

  /** A request of staff with these roles. */
  async asStaff(
    roles: string[],
    method: string,
    url: string,
    payload?: unknown,
  ): Promise<TestResponse> {
    const token = await new SignJWT({ roles })
      .setProtectedHeader({ alg: 'ES256', kid: 'test' })
      .setIssuer('http://issuer')
      .setAudience('shop')
      .setSubject('fin')
      .setExpirationTime('5m')
      .sign(this.#key);
    return this.request(method, url, payload, {
      authorization: `Bearer ${token}`,
    });
  }

  /** A body that authorises, and the changes to it. */
  body(changes: object = {}) {
    return {
      paymentId: newId(),
      orderId: newId(),
      amount: { amount: 1234, currency: 'EUR' },
      token: 'tok_approved',
      returnUrl: 'https://shop.example/back',
      expiresInSeconds: 900,
      ...changes,
    };
  }

  /** Authorises and gives the payment. */
  async create(changes: object = {}): Promise<Payment> {
    const response = await this.request(
      'POST',
      '/payments',
      this.body(changes),
    );
    if (response.statusCode !== 201 && response.statusCode !== 202) {
      throw new Error(`${response.statusCode} ${response.body}`);
    }
    return response.json();
  }

  async get(paymentId: string, refresh = false): Promise<Payment> {
    const response = await this.request(
      'GET',
      `/payments/${paymentId}?refresh=${refresh}`,
    );
    if (response.statusCode !== 200) {
      throw new Error(`${response.statusCode} ${response.body}`);
    }
    return response.json();
  }

  async capture(
    paymentId: string,
    amount: number,
    captureId: string = newId(),
  ): Promise<TestResponse> {
    return this.request('POST', `/payments/${paymentId}/captures`, {
      captureId,
      amount: { amount, currency: 'EUR' },
    });
  }

  async refund(
    paymentId: string,
    amount: number,
    refundId: string = newId(),
  ): Promise<TestResponse> {
    return this.request('POST', `/payments/${paymentId}/refunds`, {
      refundId,
      amount: { amount, currency: 'EUR' },
      reason: 'return',
    });
  }

  async void(paymentId: string): Promise<TestResponse> {
    return this.request('POST', `/payments/${paymentId}/void`);
  }

  /** Waits until a payment is so. */
  async until(
    paymentId: string,
    fits: (payment: Payment) => boolean,
  ): Promise<Payment> {
    return eventually(() => this.get(paymentId), fits);
  }

  /** Publishes an event as another service would. */
  async publish(
    topic: string,
    event: { type: string; subject: string; data: object },
  ): Promise<void> {
    await this.database.query(
      `insert into outbox (topic, type, source, aggregate_id, aggregate_version, partition_key, data)
       values ($1, $2, 'test', $3, 1, $3, $4)`,
      [topic, event.type, event.subject, JSON.stringify(event.data)],
    );
  }

  /** The events of a payment that have reached the log. */
  async events(paymentId: string): Promise<SeenEvent[]> {
    const rows = await this.log.query<{ value: string }>(
      `select value from event_log.events where value::jsonb ->> 'subject' = $1 order by appended_at, "offset"`,
      [paymentId],
    );
    return rows.map(({ value }) => JSON.parse(value));
  }

  /** Our ledger and the provider's, each as sorted lines. They are equal when all is well. */
  async ledgers(): Promise<{ ours: string[]; theirs: string[] }> {
    const { provider, account } = this.#options;
    const ours = await this.database.query<{ line: string }>(
      `select kind || ' ' || object_id || ' ' || amount || ' ' || currency as line from postings`,
    );
    const theirs = await provider.database.query<{ line: string }>(
      `select replace(type, '_', '-') || ' ' || case when type in ('capture', 'refund') then coalesce(reference, object_id) else object_id end
         || ' ' || amount || ' ' || upper(currency) as line
       from postings where account_id = $1`,
      [account.id],
    );
    return {
      ours: ours.map(({ line }) => line).sort(),
      theirs: theirs.map(({ line }) => line).sort(),
    };
  }
}
