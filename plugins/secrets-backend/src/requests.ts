import {
  entityRef,
  several,
  wholeNumber,
} from '@shopfloor/plugin-requests-node';
import {
  ACCESSES,
  DELIVERIES,
  GRANT_STATES,
  SECRET_KINDS,
} from '@shopfloor/plugin-secrets-common';
import { z } from 'zod';

const MAX_REASON = 2_000;
const MAX_COMMENT = 2_000;

const name = z
  .string()
  .max(63)
  .regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/, 'must be a name');
const lowered = (kind: string) =>
  entityRef(kind).transform(ref => ref.toLocaleLowerCase('en-US'));
const reason = z.string().trim().min(1).max(MAX_REASON);
const comment = z.string().trim().max(MAX_COMMENT).optional();
const moment = z.iso.datetime({ offset: true });

/** Id in a path. */
export const idParams = z.object({ id: z.uuid() });

/** Entity in a path. */
export const entityParams = z.object({
  kind: name,
  namespace: name,
  name: z.string().min(1).max(63),
});

/** Query of `GET /entities/…/secrets`. */
export const entityQuery = z.strictObject({ environment: name });

/** Body of `POST /previews`, and `request` of `POST /grants`. */
export const grantRequest = z.strictObject({
  environment: name,
  subject: z.discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('service-account'),
      entityRef: lowered('component'),
      namespace: name,
      name,
    }),
    z.strictObject({
      kind: z.literal('person'),
      userEntityRef: lowered('user'),
      email: z
        .email()
        .max(200)
        .transform(text => text.toLowerCase()),
    }),
  ]),
  owner: lowered('component'),
  secret: z.strictObject({
    kind: z.enum(SECRET_KINDS),
    path: z.string().min(1).max(200),
    declared: name.optional(),
  }),
  access: z.array(z.enum(ACCESSES)).min(1).max(ACCESSES.length),
  reason,
  durationSeconds: z.int().positive(),
  delivery: z.enum(DELIVERIES),
});

/** Body of `POST /grants`. */
export const askBody = z.strictObject({
  request: grantRequest,
  contentHash: z.string().regex(/^sha256:[0-9a-f]{64}$/),
});

/** Query of `GET /grants`. */
export const grantsQuery = z.strictObject({
  service: lowered('component').optional(),
  owner: lowered('component').optional(),
  environment: name.optional(),
  state: several(z.enum(GRANT_STATES), GRANT_STATES.length),
  subject: z.enum(['service-account', 'person']).optional(),
  expiresBefore: moment.optional(),
  text: z.string().max(100).optional(),
  limit: wholeNumber({ minimum: 1, maximum: 100 }).optional(),
  cursor: z.string().max(200).optional(),
});

/** Bodies of acts on a grant. */
export const actBodies = {
  withdraw: z.strictObject({}),
  renew: z.strictObject({ reason, durationSeconds: z.int().positive() }),
  revoke: z.strictObject({ reason }),
  prove: z.strictObject({}),
  repair: z.strictObject({}),
  accept: z.strictObject({}),
  retry: z.strictObject({}),
};

/** Query of `GET /rotations`. */
export const rotationsQuery = z.strictObject({
  owner: lowered('component').optional(),
  environment: name.optional(),
  state: z.enum(['open', 'done']).optional(),
  limit: wholeNumber({ minimum: 1, maximum: 100 }).optional(),
  cursor: z.string().max(200).optional(),
});

/** Body of `POST /rotations/:id/done`. */
export const rotationBody = z.strictObject({ comment });

/** Body of `POST /reviews`. */
export const reviewBody = z.strictObject({
  title: z.string().trim().min(1).max(200),
  environment: name.optional(),
  owner: lowered('component').optional(),
  dueAt: moment,
});

/** Body of `POST /reviews/:id/decisions`. */
export const decisionBody = z.strictObject({
  grantId: z.uuid(),
  verdict: z.enum(['keep', 'revoke']),
  comment,
});

/** Header `Idempotency-Key`. */
export const idempotencyKey = z
  .string({ error: 'Idempotency-Key: this header is missing' })
  .regex(
    /^[\x21-\x7e]{8,128}$/,
    'Idempotency-Key: must be 8 to 128 printable characters',
  );
