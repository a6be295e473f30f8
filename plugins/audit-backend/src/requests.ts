import {
  CHANGE_KINDS,
  CHANGE_OUTCOMES,
  INCIDENT_SEVERITIES,
} from '@shopfloor/plugin-audit-common';
import {
  entityRef,
  parseInput,
  several,
  wholeNumber,
} from '@shopfloor/plugin-requests-node';
import { InputError } from '@backstage/errors';
import { z } from 'zod';

const environment = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, 'must be a name');
/** A time in a query or a body. */
export const time = z
  .union([z.iso.datetime({ offset: true }), z.iso.date()], {
    error: 'must be an ISO 8601 time, for example 2026-11-26T18:00:00Z',
  })
  .transform(text => new Date(text));
const timeText = time.transform(date => date.toISOString());
const line = z.string().trim().min(1).max(200);
const text = z.string().trim().max(2_000).optional();

const cursorSchema = z.tuple([z.iso.datetime(), z.uuid()]);

/** The place after an item of a list, latest first. */
export function encodeCursor(at: string, id: string): string {
  return Buffer.from(JSON.stringify([at, id])).toString('base64url');
}

/** A cursor in a query. */
export const cursor = z.string().transform((value, context) => {
  try {
    const [at, id] = cursorSchema.parse(
      JSON.parse(Buffer.from(value, 'base64url').toString('utf8')),
    );
    return { at: new Date(at), id };
  } catch {
    context.addIssue({
      code: 'custom',
      message: 'is not one that this list returned',
    });
    return z.NEVER;
  }
});

const period = {
  entity: several(entityRef('component'), 100),
  owner: several(entityRef('group'), 100),
  system: entityRef('system').optional(),
  environment: several(environment, 20),
  from: time.optional(),
  to: time.optional(),
  limit: wholeNumber({ minimum: 1, maximum: 200 }).default(50),
  cursor: cursor.optional(),
};

/** Leaves out fields that are not given, which `several` also sees. */
export const given = <T extends object>(query: T): T =>
  Object.fromEntries(
    Object.entries(query).filter(([, value]) => value !== undefined),
  ) as T;

/** Whether a query asks for a time that there can be. */
export const inOrder = ({ from, to }: { from?: Date; to?: Date }) =>
  !from || !to || from <= to;
/** What is said of one that does not. */
export const order = { path: ['from'], message: 'must not be after to' };

/** Query of `GET /changes`. */
export const changesQuery = z
  .strictObject({
    ...period,
    kind: several(z.enum(CHANGE_KINDS), CHANGE_KINDS.length),
    outcome: several(z.enum(CHANGE_OUTCOMES), CHANGE_OUTCOMES.length),
    who: several(entityRef('user'), 100),
  })
  .refine(inOrder, order)
  .transform(given);

/** Query of `GET /incidents`. */
export const incidentsQuery = z
  .strictObject({
    ...period,
    state: z.enum(['open', 'closed']).optional(),
    severity: several(z.enum(INCIDENT_SEVERITIES), INCIDENT_SEVERITIES.length),
    slo: z.string().min(1).max(300).optional(),
  })
  .refine(inOrder, order)
  .transform(given);

/** An id in a path. */
export const idPath = z.uuid('must be an id');

const report = z
  .strictObject({
    sourceId: z.string().min(1).max(200),
    kind: z.enum(CHANGE_KINDS),
    entityRef: entityRef('component'),
    environment,
    title: line,
    summary: text,
    userEntityRef: entityRef('user').optional(),
    startedAt: timeText,
    endedAt: timeText.optional(),
    outcome: z.enum(CHANGE_OUTCOMES),
    reference: z
      .strictObject({
        url: z
          .string()
          .max(2_000)
          .regex(
            /^(https:\/\/|\/(?!\/))/,
            'must be an https address or a path of the portal',
          )
          .optional(),
        commit: z.string().max(100).optional(),
        image: z.string().max(500).optional(),
        version: z.string().max(100).optional(),
        object: z.string().max(500).optional(),
      })
      .optional(),
    traceId: z
      .string()
      .regex(/^[0-9a-f]{32}$/, 'must be 32 hexadecimal digits')
      .optional(),
    approvalId: z.string().min(1).max(100).optional(),
  })
  .refine(({ startedAt, endedAt }) => !endedAt || endedAt >= startedAt, {
    path: ['endedAt'],
    message: 'must not be before startedAt',
  })
  .refine(
    ({ outcome, endedAt }) =>
      outcome !== 'in-progress' || endedAt === undefined,
    { path: ['endedAt'], message: 'must be absent while it is in progress' },
  );

/** Body of `POST /changes`. */
export const recordBody = z.strictObject({
  changes: z
    .array(report)
    .min(1)
    .max(100)
    .refine(
      changes =>
        new Set(changes.map(({ sourceId }) => sourceId)).size ===
        changes.length,
      'must name each sourceId once',
    ),
});

/** Body of `POST /incidents`. */
export const openBody = z.strictObject({
  title: line,
  summary: text,
  entityRefs: z
    .array(entityRef('component'))
    .min(1)
    .max(20)
    .transform(refs => [...new Set(refs)]),
  environment,
  severity: z.enum(['page', 'ticket']),
  openedAt: time.optional(),
});

/** Body of `POST /incidents/:id/close`. */
export const closeBody = z.strictObject({
  resolution: text,
  closedAt: time.optional(),
});

const keySchema = z.string().regex(/^[\x21-\x7e]{8,128}$/);

/** @throws InputError without a usable key */
export function readIdempotencyKey(header: string | undefined): string {
  const key = keySchema.safeParse(header);
  if (!key.success) {
    throw new InputError(
      'Send an Idempotency-Key header of 8 to 128 characters, a new one for each incident you mean',
    );
  }
  return key.data;
}

export { parseInput };
