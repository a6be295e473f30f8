import { readFile } from 'node:fs/promises';
import { LoadedPolicy, loadPolicy } from '@open-policy-agent/opa-wasm';
import { PolicyEvaluator, PolicyInput } from './PolicyEvaluator';

/**
 * Evaluates a policy compiled by `opa build --target=wasm`, in this process, without I/O.
 *
 * @public
 */
export class WasmPolicyEvaluator implements PolicyEvaluator {
  readonly #module: WebAssembly.Module;
  readonly #entrypoint: string;
  #policy: LoadedPolicy | undefined;

  /**
   * Reads and compiles the policy.
   *
   * @throws Error when the file is missing, is no policy, or lacks the entry point
   */
  static async fromFile(options: {
    file: string;
    entrypoint: string;
  }): Promise<WasmPolicyEvaluator> {
    try {
      const evaluator = new WasmPolicyEvaluator(
        await WebAssembly.compile(await readFile(options.file)),
        options.entrypoint,
      );
      const { entrypoints } = await evaluator.#load();
      if (!Object.hasOwn(entrypoints, options.entrypoint)) {
        throw new Error(`it has no entry point '${options.entrypoint}'`);
      }
      return evaluator;
    } catch (error) {
      throw new Error(
        `The permission policy ${options.file} cannot be loaded; build it with platform/policies/build.mts`,
        { cause: error },
      );
    }
  }

  private constructor(module: WebAssembly.Module, entrypoint: string) {
    this.#module = module;
    this.#entrypoint = entrypoint;
  }

  async evaluate(input: PolicyInput): Promise<unknown> {
    const policy = await this.#load();
    try {
      return policy.evaluate(input, this.#entrypoint);
    } catch (error) {
      // An aborted evaluation leaves the instance's memory in an unknown state.
      this.#policy = undefined;
      throw error instanceof Error ? error : new Error(String(error));
    }
  }

  async #load(): Promise<LoadedPolicy> {
    if (!this.#policy) {
      const policy: LoadedPolicy = await loadPolicy(this.#module);
      this.#policy = policy;
    }
    return this.#policy;
  }
}
