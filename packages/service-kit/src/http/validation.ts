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

const createAjv = (options: Options): Ajv => {
  const ajv = new Ajv(options);
  // ajv-formats is CommonJS: its default export is a member under some loaders.
  const register = ((addFormats as unknown as { default?: unknown }).default ??
    addFormats) as (target: Ajv) => void;
  register(ajv);
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
    }
    return { in: part, field, message };
  });
  // One reason per field is enough: a union reports each of its branches.
  return problems.filter(
    (problem, index) =>
      problems.findIndex(({ field }) => field === problem.field) === index,
  );
}
