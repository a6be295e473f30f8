import { InputError, NotAllowedError } from '@backstage/errors';
import {
  dataPath,
  GrantPlan,
  linesOf,
  Proof,
  Reader,
  samePolicy,
  SecretKind,
  SecretMetadata,
  VaultHealth,
  VaultState,
} from '@shopfloor/plugin-secrets-common';
import { VaultClient } from '@shopfloor/vault-client';
import { endedPath, usedPath } from '@shopfloor/vault-platform';
import {
  ApplyResult,
  GrantEngine,
  LeaseSource,
  RenewResult,
} from '../engine/GrantEngine';
import { ProofRunner } from '../kubernetes/ProofRunner';
import { applyGrant, rolePath } from './applyGrant';
import { ControlledWrites } from './ControlledWrites';
import { EngineEnvironment } from './EngineEnvironment';
import { PinBook } from './PinBook';
import { readLeaseSource } from './readLeaseSource';
import { readMetadata } from './readMetadata';
import { readPinned, readReaders } from './readReaders';
import { renewGrant } from './renewGrant';
import { revokeGrant } from './revokeGrant';
import { asEngineErrors, WaitingError } from './vaultErrors';

/** How old the state of the server may be, in milliseconds. */
const HEALTH_FRESH_MS = 3_000;

/** What is said of a policy that somebody wrote without the end it should have. */
const ENDLESS = '# It has no end, and should have one.\n';

/** Options of a {@link VaultGrantEngine}. */
export interface VaultGrantEngineOptions {
  client: VaultClient;
  environments: readonly EngineEnvironment[];
  proofs: ProofRunner;
  /** Of Vault's own interface, without a slash at its end. */
  uiUrl?: string;
  now?: () => Date;
  /** For tests: told before each step; what it throws ends the work there, as a crash would. */
  beforeStep?: (step: string) => void;
}

/** Does to Vault or OpenBao what plans say. It keeps nothing of its own: what was begun stands at the server. */
export class VaultGrantEngine implements GrantEngine {
  readonly #client: VaultClient;
  readonly #environments: Map<string, EngineEnvironment>;
  readonly #proofs: ProofRunner;
  readonly #uiUrl: string | undefined;
  readonly #now: () => Date;
  readonly #step: (step: string) => void;
  readonly #pins: PinBook;
  readonly #controlled: ControlledWrites;
  #health: { at: number; answer: Promise<VaultHealth> } | undefined;

  static create(options: VaultGrantEngineOptions): VaultGrantEngine {
    return new VaultGrantEngine(options);
  }

  private constructor(options: VaultGrantEngineOptions) {
    this.#client = options.client;
    this.#environments = new Map(
      options.environments.map(each => [each.mounts.environment, each]),
    );
    this.#proofs = options.proofs;
    this.#uiUrl = options.uiUrl;
    this.#now = options.now ?? (() => new Date());
    this.#step = options.beforeStep ?? (() => {});
    this.#pins = PinBook.create({
      client: this.#client,
      now: () => this.#now().getTime(),
    });
    this.#controlled = ControlledWrites.create({ client: this.#client });
  }

  async health(environment: string): Promise<VaultHealth> {
    const now = this.#now();
    if (!this.#environments.has(environment)) {
      return { status: 'not-connected', observedAt: now.toISOString() };
    }
    if (!this.#health || now.getTime() - this.#health.at >= HEALTH_FRESH_MS) {
      this.#health = { at: now.getTime(), answer: this.#askHealth(now) };
    }
    return this.#health.answer;
  }

  read(plan: GrantPlan): Promise<VaultState> {
    return asEngineErrors(() => this.#read(plan));
  }

  leaseSource(plan: GrantPlan): Promise<LeaseSource | undefined> {
    return asEngineErrors(async () => {
      const { mounts } = this.#environmentOf(plan.environment);
      return readLeaseSource({ client: this.#client, plan, mounts });
    });
  }

  pinned(plan: GrantPlan): Promise<boolean> {
    return asEngineErrors(async () => {
      this.#environmentOf(plan.environment);
      return (
        (await this.#pins.has(plan)) &&
        (await this.#client.read(endedPath(plan.name))) === undefined
      );
    });
  }

  apply(plan: GrantPlan, { base }: { base: VaultState }): Promise<ApplyResult> {
    return asEngineErrors(async () => {
      await this.#refuseEnded(plan);
      return applyGrant({
        client: this.#client,
        controlled: this.#controlled,
        plan,
        base,
        read: () => this.#read(plan),
        markUsed: () => this.#mark(usedPath(plan.name)),
        now: this.#now,
        beforeStep: this.#step,
      });
    });
  }

  async prove(
    plan: GrantPlan,
    { after }: { after: 'apply' | 'revoke' },
  ): Promise<Proof> {
    const environment = this.#environmentOf(plan.environment);
    const account = plan.role.parameters.bound_service_account_names;
    if (!account) {
      throw new InputError(
        `${plan.name} is for a person, who proves it by signing in`,
      );
    }
    const { report, job } = await this.#proofs.run({
      environment,
      namespace: plan.role.parameters.bound_service_account_namespaces,
      serviceAccount: account,
      mount: plan.role.mount,
      role: plan.role.name,
      probes: plan.probes,
    });
    const results = plan.probes.map((probe, index) => ({
      ...probe,
      expected: after === 'revoke' ? ('deny' as const) : probe.expected,
      found: report.found[index],
    }));
    return {
      at: this.#now().toISOString(),
      by: 'job',
      results,
      held: results.every(({ expected, found }) => expected === found),
      job,
    };
  }

  renew(
    plan: GrantPlan,
    { ttlSeconds, mayAsk = true }: { ttlSeconds: number; mayAsk?: boolean },
  ): Promise<RenewResult> {
    return asEngineErrors(async () => {
      if (isOfPerson(plan)) {
        throw new NotAllowedError(
          `${plan.name} is of a person, for hours; ask for it anew`,
        );
      }
      await this.#refuseEnded(plan);
      return renewGrant({
        client: this.#client,
        controlled: this.#controlled,
        plan,
        ttlSeconds,
        mayAsk,
        read: () => this.#read(plan),
        readEnd: async () => {
          const policy = await this.#readPath(
            `sys/policies/acl/${plan.policy.name}`,
          );
          return typeof policy?.expiration === 'string'
            ? new Date(policy.expiration)
            : undefined;
        },
        now: this.#now,
        beforeStep: this.#step,
      });
    });
  }

  revoke(plan: GrantPlan): Promise<{ steps: string[] }> {
    return asEngineErrors(async () => {
      this.#environmentOf(plan.environment);
      return revokeGrant({
        client: this.#client,
        plan,
        mounts: this.#environmentOf(plan.environment).mounts,
        readPinned: path => this.#readPath(path),
        mark: path => this.#mark(path),
        dropPending: () => this.#controlled.drop(plan.name),
        beforeStep: this.#step,
      });
    });
  }

  metadata(options: {
    environment: string;
    owner: string;
  }): Promise<SecretMetadata[]> {
    return asEngineErrors(() =>
      readMetadata({
        client: this.#client,
        kvMount: this.#environmentOf(options.environment).mounts.kv,
        prefix: serviceOf(options.owner),
      }),
    );
  }

  readers(options: {
    environment: string;
    owner: string;
    kind: SecretKind;
    path: string;
  }): Promise<Reader[]> {
    return asEngineErrors(() => {
      const { mounts } = this.#environmentOf(options.environment);
      const location = {
        mounts,
        owner: serviceOf(options.owner),
        secret: { kind: options.kind, path: options.path },
      };
      return readReaders({
        client: this.#client,
        pins: this.#pins,
        paths:
          options.kind === 'transit'
            ? linesOf(location, ['encrypt', 'decrypt']).map(({ path }) => path)
            : [dataPath(location)],
        mounts: [mounts.kubernetes, mounts.oidc],
      });
    });
  }

  async #askHealth(now: Date): Promise<VaultHealth> {
    const { state, ...rest } = await this.#client.health();
    return {
      status: state,
      observedAt: now.toISOString(),
      ...(state === 'away'
        ? { words: 'Vault does not answer, or not in time' }
        : rest),
      ...(this.#uiUrl && { uiUrl: this.#uiUrl }),
    };
  }

  #environmentOf(name: string): EngineEnvironment {
    const environment = this.#environments.get(name);
    if (!environment) {
      throw new WaitingError(
        'vault-not-connected',
        `The Vault of ${name} is not connected: add ${name} to secrets.environments`,
      );
    }
    return environment;
  }

  async #read(plan: GrantPlan): Promise<VaultState> {
    this.#environmentOf(plan.environment);
    const policy = await this.#readPath(`sys/policies/acl/${plan.policy.name}`);
    const role = await this.#readPath(rolePath(plan));
    // The text is as planned, and yet it would never end: that is another policy.
    const endless =
      plan.policy.ttlSeconds !== undefined &&
      typeof policy?.policy === 'string' &&
      samePolicy(plan.policy.text, policy.policy) &&
      policy.expiration === undefined &&
      (await this.health(plan.environment)).features?.policyTtl === true;
    return {
      ...(typeof policy?.policy === 'string' && {
        policy: endless ? `${policy.policy}${ENDLESS}` : policy.policy,
      }),
      ...(role && { role }),
    };
  }

  #readPath(path: string): Promise<Record<string, unknown> | undefined> {
    return readPinned({ client: this.#client, pins: this.#pins }, path);
  }

  async #refuseEnded(plan: GrantPlan): Promise<void> {
    this.#environmentOf(plan.environment);
    if (await this.#client.read(endedPath(plan.name))) {
      throw new NotAllowedError(
        `${plan.name} has ended; a name is never used again, since tokens of then would work again`,
      );
    }
  }

  /** Leaves a mark that the portal cannot take away. Another process may do so at the same time. */
  async #mark(path: string): Promise<void> {
    const there = () => this.#client.read(path);
    if (await there()) {
      return;
    }
    try {
      await this.#client.write(path, { at: this.#now().toISOString() });
    } catch (error) {
      if (!(await there())) {
        throw error;
      }
    }
  }
}

/** A role of a service account names it; one of a person has claims. */
function isOfPerson({ role }: GrantPlan): boolean {
  return role.parameters.bound_service_account_names === undefined;
}

/** Name of a service: the last part of its entity ref. */
function serviceOf(entityRef: string): string {
  return entityRef.slice(entityRef.lastIndexOf('/') + 1);
}
