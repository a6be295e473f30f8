import type { ErrorObject, ValidateFunction } from 'ajv';
import { createContractAjv } from '../ajv.ts';
import { eventCatalogue, isEventType } from './catalogue.ts';
import { envelopeSchema } from './envelope.ts';

/** Thrown when an event is not what was agreed: a fault of its producer. */
export class ContractError extends Error {
  readonly problems: readonly string[];

  constructor(type: string, problems: readonly string[]) {
    super(`The event ${type} breaks its contract: ${problems.join('; ')}`);
    this.name = 'ContractError';
    this.problems = problems;
  }
}

const ajv = createContractAjv();
const compiled = new Map<string, ValidateFunction>();

function validatorOf(key: string, schema: object): ValidateFunction {
  let validate = compiled.get(key);
  if (!validate) {
    validate = ajv.compile(schema);
    compiled.set(key, validate);
  }
  return validate;
}

/** Says where and what, never the value: it may not be for logs. */
function describe(errors: ErrorObject[] | null | undefined): string[] {
  return (errors ?? []).map(
    ({ instancePath, message }) => `${instancePath || '/'} ${message}`,
  );
}

/**
 * What is wrong with the data of an event of a type; nothing when it is as agreed.
 * Schemas are compiled once, on first use.
 */
export function validateEventData(type: string, data: unknown): string[] {
  if (!isEventType(type)) {
    return [`type ${type} is not in the catalogue of packages/contracts`];
  }
  const validate = validatorOf(type, eventCatalogue[type].schema);
  return validate(data) ? [] : describe(validate.errors);
}

/** What is wrong with a whole event: its envelope, then its data. */
export function validateEvent(event: unknown): string[] {
  const validate = validatorOf('envelope', envelopeSchema);
  if (!validate(event)) {
    return describe(validate.errors);
  }
  const { type, data } = event as { type: string; data: unknown };
  return validateEventData(type, data).map(problem =>
    problem.startsWith('/') ? `/data${problem}` : problem,
  );
}

/** @throws ContractError when the data is not what the type promises */
export function assertContract(type: string, data: unknown): void {
  const problems = validateEventData(type, data);
  if (problems.length > 0) {
    throw new ContractError(type, problems);
  }
}
