import { entityRef, wholeNumber } from '@shopfloor/plugin-requests-node';
import { HISTORY_RANGES } from '@shopfloor/plugin-slo-common';
import { z } from 'zod';

/** Query of `GET /slos`. */
export const listQuery = z.strictObject({
  entity: entityRef('component').optional(),
  owner: entityRef('group').optional(),
  environment: z.string().min(1).max(63).optional(),
  system: entityRef('system').optional(),
  tag: z.string().min(1).max(63).optional(),
  state: z.enum(['ok', 'at-risk', 'failing', 'unknown', 'stale']).optional(),
  limit: wholeNumber({ minimum: 1, maximum: 500 }).optional(),
  offset: wholeNumber({ maximum: 1_000_000 }).optional(),
});

/** A range that ends now, or a stretch from one moment to another; `timeRangeOf` says what is wrong with it. */
export const timeRange = {
  range: z.enum(HISTORY_RANGES).optional(),
  from: z.string().max(40).optional(),
  to: z.string().max(40).optional(),
};

/** Query of `GET /slos/:id/history`. */
export const historyQuery = z.strictObject({
  ...timeRange,
  objective: wholeNumber({ maximum: 99 }).default(0),
});
