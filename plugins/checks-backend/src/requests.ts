import {
  CHECK_CATEGORIES,
  CHECK_OUTCOMES,
} from '@shopfloor/plugin-checks-common';
import {
  entityRef,
  several,
  wholeNumber,
} from '@shopfloor/plugin-requests-node';
import { z } from 'zod';
import { MAX_DEFINITION_CHARACTERS } from './definitions/parseChecks';

const check = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,62}$/, 'must be the name of a check');

/** Query of `GET /results`. */
export const listQuery = z
  .strictObject({
    entity: several(entityRef('component'), 200),
    owner: several(entityRef('group'), 200),
    system: entityRef('system').optional(),
    check: several(check, 200),
    category: z.enum(CHECK_CATEGORIES).optional(),
    outcome: several(z.enum(CHECK_OUTCOMES), CHECK_OUTCOMES.length),
    limit: wholeNumber({ minimum: 1, maximum: 1000 }).optional(),
    offset: wholeNumber({ minimum: 0, maximum: 10_000_000 }).optional(),
  })
  // `several` also sees fields that are not given.
  .transform(
    query =>
      Object.fromEntries(
        Object.entries(query).filter(([, value]) => value !== undefined),
      ) as typeof query,
  );

/** Query of `GET /changes`. */
export const changesQuery = z.strictObject({
  since: z
    .string()
    .regex(/^\d{1,19}$/, 'must be a cursor of this feed')
    .optional(),
});

/** Query of `GET /result`. */
export const resultQuery = z.strictObject({
  entityRef: entityRef('component'),
  check,
});

/** Query of `GET /result/history`. */
export const historyQuery = z.strictObject({
  entityRef: entityRef('component'),
  check,
  limit: wholeNumber({ minimum: 1, maximum: 500 }).default(100),
});

/** Body of `POST /test`. */
export const testBody = z.strictObject({
  entityRef: entityRef('component'),
  definition: z.string().min(1).max(MAX_DEFINITION_CHARACTERS),
});

/** Body of `POST /runs`. */
export const runBody = z.strictObject({
  entityRefs: z.array(entityRef('component')).min(1).max(100),
});

/** The id of a run. */
export const runId = z.uuid('must be the id of a run');
