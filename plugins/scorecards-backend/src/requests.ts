import { CHECK_OUTCOMES } from '@shopfloor/plugin-checks-common';
import { entityRef, wholeNumber } from '@shopfloor/plugin-requests-node';
import { GRADE_STATES } from '@shopfloor/plugin-scorecards-common';
import { z } from 'zod';

const name = z.string().min(1).max(63);
const moment = z.iso.datetime({ offset: true });

const filter = {
  scorecard: name.optional(),
  entity: entityRef('component').optional(),
  owner: entityRef('group').optional(),
  team: entityRef('group').optional(),
  system: entityRef('system').optional(),
  domain: entityRef('domain').optional(),
  state: z.enum(GRADE_STATES).optional(),
  rank: wholeNumber({ maximum: 10 }).optional(),
  check: name.optional(),
  outcome: z.enum(CHECK_OUTCOMES).optional(),
  text: z.string().max(100).optional(),
};

/** Query of `GET /grades`. */
export const gradesQuery = z
  .strictObject({
    ...filter,
    sort: z.enum(['worst', 'best', 'name']).optional(),
    limit: wholeNumber({ minimum: 1, maximum: 200 }).optional(),
    offset: wholeNumber({ maximum: 1_000_000 }).optional(),
  })
  .refine(({ outcome, check }) => outcome === undefined || check, {
    path: ['outcome'],
    message: 'needs a check',
  });

/** Query of `GET /export`. */
export const exportQuery = z
  .strictObject({
    ...filter,
    scorecard: name,
    format: z.enum(['csv', 'json']),
  })
  .refine(({ outcome, check }) => outcome === undefined || check, {
    path: ['outcome'],
    message: 'needs a check',
  });

/** Query of `GET /grade`. */
export const gradeQuery = z.strictObject({
  scorecard: name,
  entityRef: entityRef('component'),
});

/** Query of `GET /roll-ups`. */
export const rollUpsQuery = z.strictObject({
  scorecard: name,
  by: z.enum(['team', 'system']),
});

/** Query of `GET /roll-ups/trend`. */
export const rollUpTrendQuery = z
  .strictObject({
    scorecard: name,
    team: filter.team,
    system: filter.system,
    domain: filter.domain,
    days: wholeNumber({ minimum: 1, maximum: 365 }).optional(),
  })
  .refine(
    ({ team, system, domain }) =>
      [team, system, domain].filter(each => each !== undefined).length === 1,
    { path: ['team'], message: 'give one of team, system and domain' },
  );

/** Query of `GET /checks`. */
export const checksQuery = z.strictObject({ scorecard: name });

const percent = z.number().int().min(1).max(100);

/** Body of `POST /what-if`. */
export const whatIfBody = z.strictObject({
  scorecard: name,
  change: z.strictObject({
    thresholds: z.record(name, percent).optional(),
    states: z.strictObject({ ok: percent, atRisk: percent }).optional(),
    checks: z
      .record(
        name,
        z.strictObject({
          level: name.optional(),
          weight: percent.optional(),
          remove: z.boolean().optional(),
        }),
      )
      .optional(),
  }),
});

/** Query of `GET /waivers`. */
export const waiversQuery = z.strictObject({
  scorecard: name.optional(),
  entity: entityRef('component').optional(),
  state: z
    .enum(['waiting', 'approved', 'denied', 'withdrawn', 'revoked', 'expired'])
    .optional(),
});

/** Body of `POST /waivers`. */
export const waiverBody = z.strictObject({
  scorecard: name,
  entityRef: entityRef('component'),
  check: name,
  reason: z.string().trim().min(10).max(1000),
  expiresAt: moment,
});

/** Parameters of `POST /waivers/:id/:act`. */
export const waiverActParams = z.object({
  id: z.uuid(),
  act: z.enum(['approve', 'deny', 'withdraw', 'revoke']),
});

/** Body of `POST /waivers/:id/:act`. */
export const waiverActBody = z.strictObject({
  comment: z.string().trim().max(1000).optional(),
});

/** Body of `POST /campaigns`. */
export const campaignBody = z.strictObject({
  title: z.string().trim().min(3).max(120),
  description: z.string().trim().max(2000).optional(),
  scorecard: name,
  checks: z.array(name).min(1).max(50),
  team: entityRef('group').optional(),
  deadline: moment,
});

/** Query of `GET /badges`. */
export const badgesQuery = z.strictObject({
  entityRef: entityRef('component'),
});

/** Body of `POST /badges`. */
export const badgeBody = z.strictObject({
  scorecard: name,
  entityRef: entityRef('component'),
});

/** An id in an address. */
export const idParams = z.object({ id: z.uuid() });
