import Type, { type TSchema } from 'typebox';
import { CONSENT_PURPOSES } from '../domain/types.ts';

/** Refers to a schema that the application has by this id. */
export function reference<T>(id: string) {
  return Type.Unsafe<T>({ $ref: `${id}#` });
}

/** No control characters: PostgreSQL cannot hold NUL, and a label of a parcel no line break. */
const LINE = '^[^\\u0000-\\u001f\\u007f]*$';

function line(maxLength: number, description?: string) {
  return Type.String({
    minLength: 1,
    maxLength,
    pattern: LINE,
    ...(description && { description }),
  });
}

const time = Type.String({ format: 'date-time' });
// Lower case alone, so that one id has one spelling; the format `uuid` would also take `urn:uuid:`, which PostgreSQL does not.
const id = Type.String({
  pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$',
});

/** No query at all. */
export const emptyQuerySchema = Type.Object(
  {},
  { additionalProperties: false },
);

export const ifMatchHeadersSchema = Type.Object({
  'if-match': Type.Optional(
    Type.String({ description: 'ETag of what was read; required.' }),
  ),
});

export const addressParamsSchema = Type.Object({ addressId: id });
export const exportParamsSchema = Type.Object({ exportId: id });
export const erasureParamsSchema = Type.Object({ erasureId: id });

/** A body that says nothing; it may be left out. */
export const emptyBodySchema = Type.Optional(
  Type.Union([Type.Null(), Type.Object({}, { additionalProperties: false })]),
);

export const profileBodySchema = Type.Object(
  {
    displayName: Type.Optional(line(100)),
    language: Type.Optional(Type.Enum(['en', 'zh'])),
    phone: Type.Optional(
      Type.String({
        pattern: '^\\+[1-9][0-9]{6,14}$',
        description: 'E.164, such as +442071838750.',
      }),
    ),
    defaultAddressId: Type.Optional(id),
  },
  { additionalProperties: false },
);

const addressFields = {
  label: Type.Optional(line(40, 'The customer’s own word for it.')),
  name: line(100),
  line1: line(200),
  line2: Type.Optional(line(200)),
  city: line(100),
  region: Type.Optional(line(100, 'State, province or prefecture.')),
  postalCode: Type.Optional(line(16)),
  country: Type.String({
    pattern: '^[A-Z]{2}$',
    description: 'ISO 3166-1 alpha-2.',
  }),
};

export const addressBodySchema = Type.Object(addressFields, {
  additionalProperties: false,
});

const purpose = Type.Enum([...CONSENT_PURPOSES]);

export const consentBodySchema = Type.Object(
  {
    purpose,
    textVersion: Type.Integer({
      minimum: 1,
      maximum: 1_000_000,
      description: 'Version of the text that was shown.',
    }),
    granted: Type.Boolean(),
  },
  { additionalProperties: false },
);

export const historyQuerySchema = Type.Object(
  {
    cursor: Type.Optional(Type.String({ pattern: '^[0-9]{1,18}$' })),
    limit: Type.Integer({ minimum: 1, maximum: 100, default: 50 }),
  },
  { additionalProperties: false },
);

const texts = Type.Object({ en: Type.String(), zh: Type.String() });

/** Named schemas of the API. */
export function namedSchemas(): TSchema[] {
  const customer = Type.Object(
    {
      customerId: Type.String(),
      email: Type.Optional(
        Type.String({ description: 'As the sign-in provider said it last.' }),
      ),
      emailVerified: Type.Boolean(),
      displayName: Type.Optional(Type.String()),
      language: Type.Optional(Type.Enum(['en', 'zh'])),
      phone: Type.Optional(Type.String()),
      defaultAddressId: Type.Optional(id),
      version: Type.Integer({ description: 'Also the ETag.' }),
      createdAt: time,
      updatedAt: time,
    },
    { $id: 'Customer' },
  );
  const address = Type.Object(
    {
      addressId: id,
      ...addressFields,
      version: Type.Integer({ description: 'Also the ETag.' }),
      createdAt: time,
      updatedAt: time,
    },
    { $id: 'Address' },
  );
  const consent = Type.Object(
    {
      consentId: Type.String(),
      purpose,
      textVersion: Type.Integer(),
      granted: Type.Boolean(),
      recordedAt: time,
    },
    { $id: 'Consent' },
  );
  const consentState = Type.Object(
    {
      purpose,
      granted: Type.Boolean({
        description: 'False until it was granted.',
      }),
      textVersion: Type.Optional(
        Type.Integer({ description: 'The text that was decided on.' }),
      ),
      recordedAt: Type.Optional(time),
      text: Type.Object(
        { version: Type.Integer(), en: Type.String(), zh: Type.String() },
        { description: 'The text of today.' },
      ),
    },
    { $id: 'ConsentState' },
  );
  const dataExport = Type.Object(
    {
      exportId: id,
      state: Type.Enum([
        'collecting',
        'ready',
        'downloaded',
        'expired',
        'failed',
      ]),
      parts: Type.Array(
        Type.Object({
          service: Type.String(),
          state: Type.Enum(['pending', 'done']),
          failure: Type.Optional(
            Type.String({ description: 'Why the last attempt failed.' }),
          ),
        }),
      ),
      requestedAt: time,
      readyAt: Type.Optional(time),
      expiresAt: Type.Optional(time),
      downloadedAt: Type.Optional(time),
    },
    { $id: 'DataExport' },
  );
  const downloaded = Type.Object(
    {
      exportId: id,
      customerId: Type.String(),
      collectedAt: time,
      services: Type.Record(Type.String(), Type.Unknown(), {
        description: 'What each service holds.',
      }),
    },
    { $id: 'DownloadedExport' },
  );
  const erasure = Type.Object(
    {
      erasureId: id,
      customerId: Type.String(),
      state: Type.Enum(['running', 'completed']),
      parts: Type.Array(
        Type.Object({
          service: Type.String(),
          completedAt: Type.Optional(time),
        }),
      ),
      requestedAt: time,
      deadlineAt: time,
      completedAt: Type.Optional(time),
      retention: Type.Array(
        Type.Object({
          service: Type.String(),
          what: texts,
          basis: texts,
          years: Type.Optional(Type.Integer()),
        }),
        { description: 'What stays, and why it may.' },
      ),
    },
    { $id: 'Erasure' },
  );
  return [
    customer,
    address,
    consent,
    consentState,
    dataExport,
    downloaded,
    erasure,
  ];
}
