import { GrantPlan } from '@shopfloor/plugin-secrets-common';
import { VaultClient } from '@shopfloor/vault-client';
import { PORTAL_POLICY, renderPin } from '@shopfloor/vault-platform';
import { parsePolicy } from './parsePolicy';

/** How long a text is taken as it was, in milliseconds: the pipeline runs seldom. */
const FRESH_MS = 5_000;

/** Options of a {@link PinBook}. */
export interface PinBookOptions {
  client: VaultClient;
  /** Milliseconds since the epoch. */
  now: () => number;
}

interface Pins {
  text: string;
  /** Parameters that a path asks for, by path. */
  parameters: Map<string, Record<string, string[]>>;
}

/** What the platform wrote out for the portal, read from the portal's own policies. */
export class PinBook {
  readonly #client: VaultClient;
  readonly #now: () => number;
  #known: { at: number; pins: Promise<Pins> } | undefined;

  static create(options: PinBookOptions): PinBook {
    return new PinBook(options);
  }

  private constructor(options: PinBookOptions) {
    this.#client = options.client;
    this.#now = options.now;
  }

  /** Whether the portal may write exactly this; of free-form plans whether it may ask to. */
  async has(plan: GrantPlan): Promise<boolean> {
    const { text, parameters } = await this.#pins();
    return plan.tier === 'pinned'
      ? text.includes(renderPin(plan))
      : parameters.has(`sys/policies/acl/cg-${plan.environment}-*`);
  }

  /**
   * What has to stand in the address to read a path. The server asks for required parameters on reading, too, and takes them from
   * there; they are texts that everybody may know.
   */
  async queryOf(path: string): Promise<Record<string, string> | undefined> {
    const parameters = (await this.#pins()).parameters.get(path);
    return (
      parameters &&
      Object.fromEntries(
        Object.entries(parameters).map(([name, [value = '1']]) => [
          name,
          value,
        ]),
      )
    );
  }

  /** Looks anew at the next call: the pipeline may just have run. */
  forget(): void {
    this.#known = undefined;
  }

  #pins(): Promise<Pins> {
    const now = this.#now();
    if (!this.#known || now - this.#known.at >= FRESH_MS) {
      const pins = this.#read();
      this.#known = { at: now, pins };
      pins.catch(() => {
        this.#known = undefined;
      });
    }
    return this.#known.pins;
  }

  async #read(): Promise<Pins> {
    const self = await this.#client.read('auth/token/lookup-self');
    const names: string[] = (self?.policies ?? []).filter((name: string) =>
      name.startsWith(PORTAL_POLICY),
    );
    const texts = await Promise.all(
      names.map(async name => {
        const found = await this.#client.read(`sys/policies/acl/${name}`);
        return String(found?.policy ?? '');
      }),
    );
    return {
      text: texts.join('\n'),
      parameters: new Map(
        texts
          .flatMap(parsePolicy)
          .map(({ path, parameters }) => [path, parameters]),
      ),
    };
  }
}
