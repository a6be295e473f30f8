import { NotAllowedError, ServiceUnavailableError } from '@backstage/errors';
import {
  driftOf,
  GrantPlan,
  Proof,
  Reader,
  SecretMetadata,
  VaultHealth,
  VaultState,
  VaultStatus,
} from '@shopfloor/plugin-secrets-common';
import {
  ApplyResult,
  GrantEngine,
  LeaseSource,
  RenewResult,
} from '../engine/GrantEngine';

/** Dies like a process: nothing after it is done. */
export class Killed extends Error {}

/** What Vault does in memory: names are written, read back and removed; the test says what it refuses. */
export class MemoryEngine implements GrantEngine {
  status: VaultStatus = 'ready';
  product: VaultHealth['product'] = 'openbao';
  controlGroups = true;
  policyTtl = true;
  /** Highest number of a slot that is pinned. */
  pinnedUpTo = 8;
  authorised = false;
  /** Whether roles of the database are there. */
  leases: LeaseSource['found'] = 'there';
  proofHolds = true;
  proofRuns = true;
  refuses: string | undefined;
  refusesToRevoke: string | undefined;
  readonly policies = new Map<string, { text: string; ttlSeconds?: number }>();
  readonly roles = new Map<string, Record<string, unknown>>();
  readonly everWritten = new Set<string>();
  readonly calls: string[] = [];
  kv: SecretMetadata[] = [];
  otherReaders: Reader[] = [];
  /** Called between any two steps; throws to die there. */
  between: (step: string) => void = () => {};

  async health(): Promise<VaultHealth> {
    const up = this.status === 'ready';
    return {
      status: this.status,
      observedAt: '2026-11-26T10:00:00.000Z',
      ...(this.product && { product: this.product }),
      version: '2.7.2',
      uiUrl: 'http://vault.test',
      ...(up && {
        features: {
          policyTtl: this.policyTtl,
          controlGroups: this.controlGroups,
        },
      }),
    };
  }

  async read({ name }: GrantPlan): Promise<VaultState> {
    this.#step('read');
    const policy = this.policies.get(name)?.text;
    const role = this.roles.get(name);
    return {
      ...(policy !== undefined && { policy }),
      ...(role && { role }),
    };
  }

  async leaseSource({ allows }: GrantPlan): Promise<LeaseSource | undefined> {
    this.#step('leases');
    const leased = allows.find(({ path }) => path.includes('/creds/'));
    return (
      leased && {
        path: leased.path.replace('/creds/', '/roles/'),
        found: this.leases,
      }
    );
  }

  async pinned({ name, tier }: GrantPlan): Promise<boolean> {
    this.#step('pinned');
    return (
      tier === 'control-group' ||
      Number(name.split('-').pop()) <= this.pinnedUpTo
    );
  }

  async apply(
    plan: GrantPlan,
    { base }: { base: VaultState },
  ): Promise<ApplyResult> {
    this.#step('apply');
    if (this.refuses) {
      throw new NotAllowedError(this.refuses);
    }
    const { name, policy, role, tier } = plan;
    const found = {
      policy: this.policies.get(name)?.text,
      role: this.roles.get(name),
    };
    if (
      (found.policy !== undefined &&
        found.policy !== base.policy &&
        found.policy !== policy.text) ||
      (found.role && !base.role && !sameName(found.role, name))
    ) {
      return { state: 'base-changed', found };
    }
    if (tier === 'control-group' && !this.authorised) {
      return {
        state: 'waiting-authorisation',
        accessor: `accessor-${name}`,
        text: policy.text,
      };
    }
    this.everWritten.add(name);
    this.policies.set(name, {
      text: policy.text,
      ttlSeconds: policy.ttlSeconds,
    });
    this.#step('policy written');
    this.roles.set(name, {
      ...role.parameters,
      token_policies: [role.parameters.token_policies],
    });
    this.#step('role written');
    const drift = driftOf(plan, await this.read(plan), '');
    if (drift) {
      throw new Error(`not read back: ${JSON.stringify(drift)}`);
    }
    return { state: 'applied' };
  }

  async prove(
    plan: GrantPlan,
    { after }: { after: 'apply' | 'revoke' },
  ): Promise<Proof> {
    this.#step(`prove after ${after}`);
    if (!this.proofRuns) {
      throw new ServiceUnavailableError('the cluster does not answer');
    }
    const there = this.policies.has(plan.name) && this.roles.has(plan.name);
    const results = plan.probes.map(({ path, capability, expected }) => ({
      path,
      capability,
      expected: after === 'apply' ? expected : ('deny' as const),
      found:
        expected === 'allow' && there && this.proofHolds
          ? ('allow' as const)
          : ('deny' as const),
    }));
    return {
      at: '2026-11-26T10:00:00.000Z',
      by: 'job',
      results,
      held: results.every(({ expected, found }) => expected === found),
    };
  }

  async renew(
    { name, tier, policy: { text } }: GrantPlan,
    { ttlSeconds, mayAsk = true }: { ttlSeconds: number; mayAsk?: boolean },
  ): Promise<RenewResult> {
    this.#step('renew');
    if (this.refuses) {
      throw new NotAllowedError(this.refuses);
    }
    if (tier === 'control-group' && !this.authorised) {
      return mayAsk
        ? {
            state: 'waiting-authorisation',
            accessor: `renewal-${name}`,
            text,
          }
        : { state: 'not-authorised' };
    }
    const policy = this.policies.get(name);
    if (policy) {
      this.policies.set(name, { ...policy, ttlSeconds });
    }
    this.#step('renewed');
    return { state: 'renewed' };
  }

  async revoke({ name }: GrantPlan): Promise<{ steps: string[] }> {
    this.#step('revoke');
    if (this.refusesToRevoke) {
      throw new NotAllowedError(this.refusesToRevoke);
    }
    this.policies.delete(name);
    this.#step('policy removed');
    this.roles.delete(name);
    this.#step('role removed');
    return { steps: ['policy', 'role', 'leases'] };
  }

  async metadata(): Promise<SecretMetadata[]> {
    this.#step('metadata');
    return this.kv;
  }

  async readers(): Promise<Reader[]> {
    this.#step('readers');
    return this.otherReaders;
  }

  #step(step: string): void {
    if (this.status !== 'ready') {
      throw Object.assign(
        new ServiceUnavailableError(`Vault is ${this.status}`),
        { code: `vault-${this.status}` },
      );
    }
    this.calls.push(step);
    this.between(step);
  }
}

function sameName(role: Record<string, unknown>, name: string): boolean {
  return String(role.token_policies) === name;
}
