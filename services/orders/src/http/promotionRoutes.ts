import { type Promotion, validatePromotion } from '@shopfloor/pricing';
import {
  ConflictError,
  InvalidInputError,
  NotFoundError,
  problemResponses,
  requireVersion,
  type ServiceApp,
  versionMismatch,
  versionTag,
} from '@shopfloor/service-kit';
import Type, { type Static } from 'typebox';
import type { PromotionBook } from '../domain/PromotionBook.ts';
import type { PromotionStore } from '../store/PromotionStore.ts';
import { sqlState } from '../store/rows.ts';
import {
  answer,
  ifMatchSchema,
  promotionBodySchema,
  promotionParamsSchema,
  reference,
} from './schemas.ts';
import { promotionView } from './views.ts';

/** Options of {@link registerPromotionRoutes}. */
export interface PromotionRoutesOptions {
  promotions: PromotionStore;
  book: PromotionBook;
}

type Body = Static<typeof promotionBodySchema>;

function toPromotion(id: string, body: Body): Promotion {
  const { conditions, effect } = body;
  const time = (text: string | undefined) =>
    text === undefined ? undefined : Date.parse(text);
  return {
    id,
    name: body.name,
    scope: body.scope,
    priority: body.priority,
    exclusivity: body.exclusivity,
    limited:
      body.limitTotal !== undefined || body.limitPerShopper !== undefined,
    effect:
      effect.kind === 'amount-off'
        ? { ...effect, amount: BigInt(effect.amount) }
        : effect,
    conditions: {
      ...conditions,
      minimumSubtotal: conditions.minimumSubtotal && {
        amount: BigInt(conditions.minimumSubtotal.amount),
        currency: conditions.minimumSubtotal.currency,
      },
      from: time(conditions.from),
      until: time(conditions.until),
    },
  };
}

/** As JSON: amounts are whole numbers there. */
function toDefinition({
  id: _id,
  limited: _limited,
  ...rest
}: Promotion): object {
  return JSON.parse(
    JSON.stringify(rest, (_key, value) =>
      typeof value === 'bigint' ? Number(value) : value,
    ),
  );
}

/** Registers what staff does with promotions. */
export function registerPromotionRoutes(
  app: ServiceApp,
  { book, promotions }: PromotionRoutesOptions,
): void {
  const config = { access: 'staff:catalog-admin' } as const;

  app.get(
    '/promotions',
    {
      config,
      schema: {
        operationId: 'listPromotions',
        summary: 'All promotions with their uses',
        tags: ['promotions'],
        response: {
          200: Type.Object(
            { items: Type.Array(reference('Promotion')) },
            { description: 'The promotions.' },
          ),
          ...problemResponses(401, 403, 503),
        },
      },
    },
    async () => ({ items: (await promotions.list()).map(promotionView) }),
  );

  app.get(
    '/promotions/:promotionId',
    {
      config,
      schema: {
        operationId: 'getPromotion',
        summary: 'One promotion',
        tags: ['promotions'],
        params: promotionParamsSchema,
        response: {
          200: answer('Promotion', 'The promotion; its ETag is the version.'),
          ...problemResponses(400, 401, 403, 404, 503),
        },
      },
    },
    async (request, reply) => {
      const { promotionId } = request.params;
      const found = await promotions.find(promotionId);
      if (!found) {
        throw new NotFoundError({
          code: 'promotion-not-found',
          message: `There is no promotion ${promotionId}.`,
        });
      }
      reply.header('etag', versionTag(found.version));
      return promotionView(found);
    },
  );

  app.put(
    '/promotions/:promotionId',
    {
      config,
      schema: {
        operationId: 'putPromotion',
        summary: 'Make or change a promotion',
        description:
          'If-Match `"0"` makes it, the ETag that one read changes it. Uses that were claimed stay claimed.',
        tags: ['promotions'],
        params: promotionParamsSchema,
        headers: ifMatchSchema,
        body: promotionBodySchema,
        response: {
          200: answer('Promotion', 'The promotion.'),
          ...problemResponses(400, 401, 403, 409, 412, 428, 503),
        },
      },
    },
    async (request, reply) => {
      const { promotionId } = request.params;
      const { body } = request;
      const promotion = toPromotion(promotionId, body);
      const problems = validatePromotion(promotion);
      if (problems.length > 0) {
        throw new InvalidInputError({
          code: 'validation-failed',
          message: `These fields are not valid: ${problems.map(({ field }) => `/${field}`).join(', ')}.`,
          fields: problems.map(({ field, message }) => ({
            in: 'body' as const,
            field: `/${field}`,
            message,
          })),
        });
      }
      const stored = await promotions
        .put({
          id: promotionId,
          definition: toDefinition(promotion),
          code: body.conditions.code,
          active: body.active,
          limitTotal: body.limitTotal,
          limitPerShopper: body.limitPerShopper,
          version: requireVersion(request),
        })
        .catch(error => {
          // 23505: the code is another promotion's. 23514: fewer uses than are claimed.
          const state = sqlState(error);
          if (state === '23505' || state === '23514') {
            const field =
              state === '23505' ? '/conditions/code' : '/limitTotal';
            const message =
              state === '23505'
                ? 'belongs to another promotion'
                : 'is below what orders have used';
            throw new ConflictError({
              code: state === '23505' ? 'code-taken' : 'limit-below-use',
              message: `${field} ${message}.`,
              fields: [{ in: 'body', field, message }],
            });
          }
          throw error;
        });
      if (!stored) {
        throw versionMismatch(`Promotion ${promotionId}`);
      }
      book.forget();
      reply.header('etag', versionTag(stored.version));
      return promotionView(stored);
    },
  );
}
