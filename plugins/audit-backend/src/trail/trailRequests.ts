import { ACT_OUTCOMES } from '@shopfloor/plugin-audit-common';
import {
  entityRef,
  several,
  wholeNumber,
} from '@shopfloor/plugin-requests-node';
import { z } from 'zod';
import { ArchiveCursor } from './archiveRecords';
import { cursor, given, inOrder, order, time } from '../requests';

const MAX_BYTES = 200_000;
const short = z.string().min(1).max(300);
const name = z
  .string()
  .regex(/^[a-z][a-z0-9.-]{0,99}$/, 'must be a name in lower case');
const data = z
  .json()
  .refine(
    value => JSON.stringify(value).length <= MAX_BYTES,
    `must be at most ${MAX_BYTES} characters of JSON`,
  );
const details = z
  .record(z.string(), z.json())
  .refine(
    value => JSON.stringify(value).length <= MAX_BYTES,
    `must be at most ${MAX_BYTES} characters of JSON`,
  );

/** Body of `POST /trail/acts`. */
export const intentBody = z.strictObject({
  actId: z.uuid(),
  action: name,
  actor: short,
  entityRef: entityRef('component').optional(),
  environment: short.optional(),
  reason: z.string().max(2_000).optional(),
  before: data.optional(),
  details: details.optional(),
  request: z
    .strictObject({
      method: z.string().max(10),
      url: z.string().max(2_000),
    })
    .optional(),
  traceId: short.optional(),
  changeId: short.optional(),
  approvalId: short.optional(),
});

/** Body of `POST /trail/acts/:id/outcome`. */
export const outcomeBody = z.strictObject({
  outcome: z.enum(['succeeded', 'failed', 'denied']),
  after: data.optional(),
  details: details.optional(),
  error: z.string().max(2_000).optional(),
});

const filters = {
  stream: several(name, 50),
  actor: several(short, 50),
  entity: several(entityRef('component'), 100),
  action: several(name, 50),
  outcome: several(z.enum(ACT_OUTCOMES), ACT_OUTCOMES.length),
  traceId: several(short, 50),
  changeId: several(short, 50),
  approvalId: several(short, 50),
  from: time.optional(),
  to: time.optional(),
};

/** Query of `GET /trail`. */
export const trailQuery = z
  .strictObject({
    ...filters,
    limit: wholeNumber({ minimum: 1, maximum: 200 }).default(50),
    cursor: cursor.optional(),
  })
  .refine(inOrder, order)
  .transform(given);

/** Query of `GET /trail/export`. */
export const exportQuery = z
  .strictObject({ ...filters, format: z.enum(['csv', 'json']) })
  .refine(inOrder, order)
  .transform(given);

const archiveCursorSchema = z.tuple([
  z.iso.datetime(),
  name,
  z.number().int().positive(),
]);

/** The place after an archive of the list. */
export function encodeArchiveCursor(after: ArchiveCursor): string {
  const { sealedAt, stream, first } = after;
  return Buffer.from(JSON.stringify([sealedAt, stream, first])).toString(
    'base64url',
  );
}

const archiveCursor = z.string().transform((value, context): ArchiveCursor => {
  try {
    const [sealedAt, stream, first] = archiveCursorSchema.parse(
      JSON.parse(Buffer.from(value, 'base64url').toString('utf8')),
    );
    return { sealedAt: new Date(sealedAt), stream, first };
  } catch {
    context.addIssue({
      code: 'custom',
      message: 'is not one that this list returned',
    });
    return z.NEVER;
  }
});

/** Query of `GET /trail/archives`. */
export const archivesQuery = z
  .strictObject({
    stream: filters.stream,
    from: filters.from,
    to: filters.to,
    limit: wholeNumber({ minimum: 1, maximum: 100 }).default(20),
    cursor: archiveCursor.optional(),
  })
  .refine(inOrder, order)
  .transform(given);
