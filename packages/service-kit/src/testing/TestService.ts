import type { Health } from '../health/Health.ts';
import type { ServiceApp } from '../http/createServiceApp.ts';
import { closeInOrder } from '../lifecycle/runService.ts';
import { type BaseConfig, ServiceBase } from '../lifecycle/ServiceBase.ts';
import type { BackgroundWork } from '../work/BackgroundWork.ts';
import { HttpClient } from './HttpClient.ts';

/** Options of {@link TestService}. */
export interface TestServiceOptions<Config extends BaseConfig> {
  /** Name of the service. */
  name: string;
  /** Reads the configuration of the service, as its program does. */
  read: (env: Record<string, string | undefined>) => Config;
  /** Its variables, over what every test has. */
  env: Record<string, string | undefined>;
}

/** Options of {@link TestService.serve}. */
export interface TestServeOptions {
  app: ServiceApp;
  /** What runs beside the requests; absent: nothing does. */
  work?: readonly BackgroundWork[];
  /** Default is that of the base. */
  health?: Health;
}

/**
 * One replica of a service in the process of a test: wired as its program is, on the
 * database of the test and over real connections, with the lines of its log to read.
 */
export class TestService<Config extends BaseConfig> {
  readonly base: ServiceBase<Config>;
  /** What it has logged. */
  readonly lines: string[];
  #served: TestServeOptions | undefined;

  static create<Config extends BaseConfig>(
    options: TestServiceOptions<Config>,
  ): TestService<Config> {
    return new TestService(options);
  }

  private constructor(options: TestServiceOptions<Config>) {
    const { name, read, env } = options;
    const lines: string[] = [];
    this.lines = lines;
    this.base = ServiceBase.create({
      name,
      config: read({
        POD_NAME: `${name}-1`,
        POD_NAMESPACE: 'test',
        // A machine that is busy with other tests is no overload of this one.
        LOAD_SHEDDING: 'false',
        DATABASE_CONNECT_TIMEOUT_MS: '20000',
        DATABASE_STATEMENT_TIMEOUT_MS: '20000',
        ...env,
      }),
      logDestination: { write: line => void lines.push(line) },
      processMetrics: false,
      healthReuseMs: 0,
      proxyEnv: {},
    });
  }

  /** Listens on a free loopback port, and starts the work. */
  async serve(options: TestServeOptions): Promise<HttpClient> {
    const { app, work = [], health = this.base.parts.health } = options;
    this.#served = options;
    const client = await HttpClient.listen(app);
    work.forEach(part => part.start());
    health.markStarted();
    return client;
  }

  /** Ends as a drain does, without its wait. */
  async close(): Promise<void> {
    await this.#served?.app.close();
    await closeInOrder(
      [...(this.#served?.work ?? []), ...this.base.opened],
      this.base.parts.logger,
    );
  }
}
