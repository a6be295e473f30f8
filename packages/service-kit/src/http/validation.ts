import { Ajv, type Options } from 'ajv';
import addFormats from 'ajv-formats';
import type {
  FastifySchemaCompiler,
  FastifySchemaValidationError,
} from 'fastify';
import type { FieldProblem } from '../problems/DomainError.ts';

/**
 * Nothing is ever removed and bodies are never coerced: Fastify's defaults turn
 * `amount: null` into 0 and drop unknown fields with a 200. What travels as text
 * (query, path, headers) is coerced, since it can be nothing but text.
 */
const strictOptions: Options = {
  coerceTypes: false,
  removeAdditional: false,
  useDefaults: true,
  allErrors: true,
  strict: true,
  strictTypes: false,
  keywords: ['example', 'x-unit'],
};

/** One id has one spelling: without `urn:uuid:`, which PostgreSQL does not read, and in lower case, as it writes it. */
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** What RFC 3339 calls a time, and PostgreSQL and JavaScript read alike: no year 0, no leap second, four digits a year in UTC. */
const FIRST_TIME_MS = Date.parse('0001-01-01T00:00:00Z');
const LAST_TIME_MS = Date.parse('9999-12-31T23:59:59.999Z');

function isTime(text: string): boolean {
  const time = Date.parse(text);
  return time >= FIRST_TIME_MS && time <= LAST_TIME_MS;
}

/** Makes a format of ajv-formats narrower. */
function narrow(
  ajv: Ajv,
  name: string,
  holds: (text: string) => boolean,
): void {
  const { validate, ...rest } = ajv.formats[name] as {
    validate: (text: string) => boolean;
  };
  ajv.addFormat(name, {
    ...rest,
    validate: (text: string) => validate(text) && holds(text),
  });
}

const createAjv = (options: Options): Ajv => {
  const ajv = new Ajv(options);
  // ajv-formats is CommonJS: its default export is a member under some loaders.
  const register = ((addFormats as unknown as { default?: unknown }).default ??
    addFormats) as (target: Ajv) => void;
  register(ajv);
  ajv.addFormat('uuid', UUID);
  narrow(ajv, 'date-time', isTime);
  narrow(ajv, 'date', isTime);
  return ajv;
};

/** Compiles the schemas of routes: strict for bodies, coercing for the rest. */
export function createValidatorCompiler(
  sharedSchemas: () => readonly unknown[] = () => [],
): FastifySchemaCompiler<object> {
  const body = createAjv(strictOptions);
  const textual = createAjv({ ...strictOptions, coerceTypes: 'array' });
  return ({ schema, httpPart }) => {
    const ajv = httpPart === 'body' ? body : textual;
    for (const shared of sharedSchemas() as { $id?: string }[]) {
      if (shared.$id && !ajv.getSchema(shared.$id)) {
        ajv.addSchema(shared);
      }
    }
    return ajv.compile(schema);
  };
}

const parts: Record<string, FieldProblem['in']> = {
  body: 'body',
  querystring: 'query',
  params: 'path',
  headers: 'header',
};

/** Says which fields of which part of a request are wrong, and why. */
export function describeValidation(
  errors: readonly FastifySchemaValidationError[],
  validationContext: string | undefined,
): FieldProblem[] {
  const part = parts[validationContext ?? 'body'] ?? 'body';
  const problems = errors.map(error => {
    const params = error.params as Record<string, unknown>;
    const below = params.additionalProperty ?? params.missingProperty;
    const pointer =
      below === undefined
        ? error.instancePath
        : `${error.instancePath}/${String(below)}`;
    const field = part === 'body' ? pointer || '/' : pointer.slice(1);
    let message = error.message ?? 'is not valid';
    if (params.additionalProperty !== undefined) {
      message = 'is not known here';
    } else if (params.missingProperty !== undefined) {
      message = 'is required';
    } else if (Array.isArray(params.allowedValues)) {
      message = `must be one of ${params.allowedValues.join(', ')}`;
    } else if (params.format === 'uuid') {
      message = 'must be a UUID in lower case';
    }
    return { in: part, field, message };
  });
  // One reason per field is enough: a union reports each of its branches.
  return problems.filter(
    (problem, index) =>
      problems.findIndex(({ field }) => field === problem.field) === index,
  );
}
