import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';

/** An Ajv that knows the formats of the contracts. */
export function createContractAjv(options: { strict?: boolean } = {}): Ajv {
  const ajv = new Ajv({
    allErrors: true,
    strict: options.strict ?? true,
    strictTypes: false,
  });
  // ajv-formats is CommonJS: its default export is a member under some loaders.
  const register = ((addFormats as unknown as { default?: unknown }).default ??
    addFormats) as (target: Ajv) => void;
  register(ajv);
  return ajv;
}
