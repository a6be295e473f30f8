import { BundledPrograms } from '@shopfloor/service-kit/src/testing/BundledPrograms.ts';
import { freePorts } from '@shopfloor/service-kit/src/testing/freePorts.ts';
import { killProgram } from '@shopfloor/service-kit/src/testing/startProgram.ts';
import { TestDatabase } from '@shopfloor/service-kit/src/testing/TestDatabase.ts';
import type { ChildProcess } from 'node:child_process';
import path from 'node:path';
import type { Capabilities, Misbehaviour } from '../domain/types.ts';
import { migrateProvider } from '../migrateProvider.ts';

/** An account that a test made, with its keys. */
export interface TestAccount {
  id: string;
  secretKey: string;
  publishableKey: string;
  webhookSecret: string;
}

/**
 * The provider as a process of its own with a database of its own, for tests of other services and for drills:
 * `const provider = await TestPaymentProvider.start()`. It may be killed and started again at the same address.
 */
export class TestPaymentProvider {
  readonly #programs: BundledPrograms;
  readonly #database: TestDatabase;
  #child: ChildProcess | undefined;
  #port = 0;

  static async start(): Promise<TestPaymentProvider> {
    const [programs, database] = await Promise.all([
      BundledPrograms.create({ source: path.dirname(import.meta.dirname) }),
      TestDatabase.create(),
    ]);
    await migrateProvider(database.connectionString);
    const provider = new TestPaymentProvider(programs, database);
    // It must be free again after a kill, whatever else connects meanwhile.
    [provider.#port] = await freePorts(1);
    await provider.restart();
    return provider;
  }

  private constructor(programs: BundledPrograms, database: TestDatabase) {
    this.#programs = programs;
    this.#database = database;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get database(): TestDatabase {
    return this.#database;
  }

  /** Ends the process at once, as `kill -9` does. */
  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    await killProgram(child);
  }

  /** Starts the process, at the same port as before. */
  async restart(): Promise<void> {
    await this.kill();
    const { child, port } = await this.#programs.serve({
      DATABASE_URL: this.#database.connectionString,
      PORT: String(this.#port),
      POD_NAMESPACE: 'test',
      MERCHANT_API_KEY: 'sk_test_configured',
      SINGLE_CAPTURE_API_KEY: 'sk_test_configured_single',
      MERCHANT_WEBHOOK_SECRET: 'whsec_configured',
      MERCHANT_WEBHOOK_URL: 'http://127.0.0.1:9/unused',
      CONTROL_API: 'true',
      TICK_MS: '50',
      DRAIN_DELAY_MS: '0',
    });
    this.#child = child;
    this.#port = port;
  }

  /** Ends the process and drops its database. */
  async stop(): Promise<void> {
    await this.kill();
    await this.#database.drop();
  }

  /** Makes an account. */
  async createAccount(
    options: {
      profile?: 'full' | 'single_capture';
      capabilities?: Partial<Capabilities>;
      webhookUrl?: string;
      allowedOrigins?: string[];
    } = {},
  ): Promise<TestAccount> {
    const account = await this.control('POST', '/accounts', {
      name: 'Test shop',
      profile: options.profile ?? 'full',
      capabilities: options.capabilities,
      webhook_url: options.webhookUrl,
      allowed_origins: options.allowedOrigins ?? [],
    });
    return {
      id: account.id,
      secretKey: account.secret_key,
      publishableKey: account.publishable_key,
      webhookSecret: account.webhook_secret,
    };
  }

  /** Lets an account misbehave, or behave again. */
  async misbehave(
    account: string,
    misbehaviour: Partial<Misbehaviour>,
  ): Promise<void> {
    await this.control('PATCH', `/accounts/${account}`, { misbehaviour });
  }

  /** Where the webhooks of an account go from now on. */
  async sendWebhooksTo(account: string, url: string): Promise<void> {
    await this.control('PATCH', `/accounts/${account}`, { webhook_url: url });
  }

  /** Answers a redirect page as a shopper would. @returns the address the shopper is sent to */
  async answerRedirect(
    redirectUrl: string,
    answer: 'approve' | 'decline',
  ): Promise<string | undefined> {
    const response = await fetch(redirectUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: `answer=${answer}`,
      redirect: 'manual',
    });
    await response.body?.cancel();
    return response.headers.get('location') ?? undefined;
  }

  /** Calls the API of merchants. */
  async api(
    account: TestAccount,
    method: string,
    apiPath: string,
    body?: object,
    headers: Record<string, string> = {},
  ): Promise<{ status: number; headers: Headers; body: any }> {
    const response = await fetch(`${this.url}/api${apiPath}`, {
      method,
      headers: {
        authorization: `Bearer ${account.secretKey}`,
        ...(body && { 'content-type': 'application/json' }),
        ...headers,
      },
      body: body && JSON.stringify(body),
    });
    return {
      status: response.status,
      headers: response.headers,
      body: await response.json(),
    };
  }

  /** Calls the control API. @throws Error for anything but a 2xx */
  async control(
    method: string,
    controlPath: string,
    body?: object,
  ): Promise<any> {
    const response = await fetch(`${this.url}/control${controlPath}`, {
      method,
      headers: body && { 'content-type': 'application/json' },
      body: body && JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) {
      throw new Error(`${method} ${controlPath}: ${response.status} ${text}`);
    }
    return JSON.parse(text);
  }
}
