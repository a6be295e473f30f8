interface Schema {
  type?: unknown;
  anyOf?: Schema[];
  default?: unknown;
  properties?: Record<string, Schema>;
  required?: string[];
}

interface Operation {
  parameters?: { required?: boolean; schema?: Schema }[];
  requestBody?: {
    required?: boolean;
    content?: Record<string, { schema?: Schema }>;
  };
}

function admitsNothing({ type, anyOf = [] }: Schema): boolean {
  return type === 'null' || anyOf.some(admitsNothing);
}

function withoutDefaulted(schema: Schema): Schema {
  const needed = schema.required?.filter(
    name => schema.properties?.[name]?.default === undefined,
  );
  if (needed?.length === 0) {
    const { required: _none, ...rest } = schema;
    return rest;
  }
  return needed ? { ...schema, required: needed } : schema;
}

function markOptionalBody(body: NonNullable<Operation['requestBody']>): void {
  for (const media of Object.values(body.content ?? {})) {
    if (!media.schema) continue;
    if (admitsNothing(media.schema)) body.required = false;
    // A copy: what validates may be the same object.
    media.schema = withoutDefaulted(media.schema);
  }
}

/**
 * Says in a document what a caller may leave out. A schema requires what the handler gets, which is also what has a default and is
 * filled in, and `@fastify/swagger` calls every body required, also one that may be `null`, as an absent one is validated.
 */
export function markOptionalInput<Document>(document: Document): Document {
  const { paths = {} } = document as {
    paths?: Record<string, Record<string, Operation>>;
  };
  for (const operation of Object.values(paths).flatMap(Object.values)) {
    for (const parameter of operation.parameters ?? []) {
      if (parameter.schema?.default !== undefined) parameter.required = false;
    }
    if (operation.requestBody) markOptionalBody(operation.requestBody);
  }
  return document;
}
