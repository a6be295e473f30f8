import {
  REQUEST_STATES,
  REQUEST_VIEWS,
  RISKS,
} from '@shopfloor/plugin-approvals-common';
import {
  entityRef,
  several,
  wholeNumber,
} from '@shopfloor/plugin-requests-node';
import { z } from 'zod';

const MAX_COMMENT = 4000;

const text = (max: number) => z.string().trim().max(max);
const name = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, 'must be a name');
const hash = z
  .string()
  .regex(/^sha256:[0-9a-f]{64}$/, 'must be sha256: and 64 hexadecimal digits');
const moment = z.iso.datetime({ offset: true });
const localized = z.strictObject({
  en: text(500).min(1),
  zh: text(500).min(1),
});

/** Query of `GET /requests`. */
export const listQuery = z.strictObject({
  view: z.enum(REQUEST_VIEWS).optional(),
  state: several(z.enum(REQUEST_STATES), REQUEST_STATES.length),
  type: name.optional(),
  environment: name.optional(),
  entity: entityRef('component').optional(),
  text: text(200).optional(),
  limit: wholeNumber({ minimum: 1, maximum: 100 }).optional(),
  offset: wholeNumber({ maximum: 1_000_000 }).optional(),
});

/** An id in an address. */
export const idParams = z.object({ id: z.uuid() });

const decision = {
  stage: name,
  contentHash: hash,
  actingFor: entityRef('user').optional(),
};

/** Bodies of `POST /requests/:id/:act`. */
export const actBodies = {
  approve: z.strictObject({
    ...decision,
    comment: text(MAX_COMMENT).optional(),
  }),
  deny: z.strictObject({ ...decision, comment: text(MAX_COMMENT).default('') }),
  comment: z.strictObject({ text: text(MAX_COMMENT) }),
  withdraw: z.strictObject({ reason: text(MAX_COMMENT).optional() }),
  'break-glass': z.strictObject({
    contentHash: hash,
    reason: text(MAX_COMMENT),
  }),
  review: z.strictObject({
    verdict: z.enum(['confirmed', 'objected']),
    comment: text(MAX_COMMENT),
  }),
};

/** Body of `POST /delegations`. */
export const delegationBody = z.strictObject({
  to: entityRef('user'),
  startsAt: moment,
  endsAt: moment,
  types: z.array(name).min(1).max(50).optional(),
  reason: text(500).optional(),
});

const diff = z.strictObject({
  words: z.array(localized).min(1).max(50),
  fields: z
    .array(
      z.strictObject({
        label: localized,
        before: text(5000).optional(),
        after: text(5000).optional(),
      }),
    )
    .max(200),
  texts: z
    .array(
      z.strictObject({
        name: text(200).min(1),
        before: z.string().max(100_000),
        after: z.string().max(100_000),
      }),
    )
    .max(20),
  affected: z
    .array(
      z.strictObject({
        text: localized,
        entityRef: entityRef('component').optional(),
      }),
    )
    .max(200),
  undo: localized.optional(),
});

/** Body of `POST /subjects/requests` and `POST /subjects/supersede`. */
export const subjectBody = z
  .strictObject({
    requestKey: text(200).min(1).optional(),
    type: name,
    subjectId: text(200).min(1),
    entityRef: entityRef('component').optional(),
    environment: name.optional(),
    production: z.boolean().optional(),
    title: localized,
    diff,
    contentHash: hash,
    risk: z.enum(RISKS),
    requester: entityRef('user'),
    reason: text(MAX_COMMENT).min(1),
    // Another origin, also as //host, leads out of the portal.
    link: z
      .string()
      .max(2000)
      .regex(/^\/(?![/\\])/, 'must be a path of the portal'),
  })
  .refine(
    ({ environment, production }) =>
      environment !== undefined || production === undefined,
    { path: ['production'], error: 'is said of an environment; name it' },
  );

/** Query of `GET /subjects/requests`. */
export const subjectQuery = z.strictObject({
  type: name,
  subjectId: text(200).min(1),
});

/** Body of `POST /subjects/requests/:id/withdraw`. */
export const subjectWithdrawBody = z.strictObject({
  reason: text(MAX_COMMENT).optional(),
});

/** Query of `GET /outcomes`. */
export const outcomesQuery = z.strictObject({
  after: wholeNumber({ maximum: 999_999_999 }).optional(),
  limit: wholeNumber({ minimum: 1, maximum: 500 }).optional(),
});

/** Body of `POST /outcomes/acknowledge`. */
export const acknowledgeBody = z.strictObject({
  positions: z.array(z.int().positive()).min(1).max(500),
});
