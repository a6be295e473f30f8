import Type from 'typebox';
import type { AccessRule } from '../access/accessRule.ts';
import type { ServiceApp } from '../http/createServiceApp.ts';
import { NotFoundError } from '../problems/DomainError.ts';
import { problemResponses } from '../problems/problemResponses.ts';
import type { DeadLetter, DeadLetters } from './DeadLetters.ts';
import type { RefusedEvents } from './RefusedEvents.ts';

/** Options of {@link registerEventTools}. */
export interface EventToolsOptions {
  /** Who may use them, such as `staff:care`. */
  access: AccessRule;
  /** The consumers of the service; each brings its group's dead letters. */
  consumers?: readonly { deadLetters: DeadLetters }[];
  /** Events the log refuses, for a service that publishes. */
  refused?: RefusedEvents;
}

const deadLetterSchema = Type.Object({
  id: Type.String(),
  group: Type.String(),
  topic: Type.String(),
  key: Type.String(),
  eventId: Type.String(),
  type: Type.String(),
  state: Type.String(),
  cause: Type.String({
    description: '`failed` itself, or `behind` one of its key that did.',
  }),
  attempts: Type.Integer(),
  error: Type.Optional(Type.String()),
  parkedAt: Type.String({ format: 'date-time' }),
  resolvedAt: Type.Optional(Type.String({ format: 'date-time' })),
  resolvedBy: Type.Optional(Type.String()),
  resolution: Type.Optional(Type.String()),
});

const idSchema = Type.String({ pattern: '^[0-9]{1,18}$' });
const groupSchema = Type.String({ minLength: 1, maxLength: 100 });
const paramsSchema = Type.Object({ group: groupSchema, id: idSchema });
const reasonSchema = Type.Object(
  { reason: Type.String({ minLength: 3, maxLength: 500 }) },
  { additionalProperties: false },
);

function toJson(letter: DeadLetter) {
  return {
    id: letter.id,
    group: letter.group,
    topic: letter.topic,
    key: letter.key,
    eventId: letter.eventId,
    type: letter.type,
    state: letter.state,
    cause: letter.cause,
    attempts: letter.attempts,
    error: letter.error ?? undefined,
    parkedAt: letter.parkedAt.toISOString(),
    resolvedAt: letter.resolvedAt?.toISOString(),
    resolvedBy: letter.resolvedBy ?? undefined,
    resolution: letter.resolution ?? undefined,
  };
}

function callerOf(request: { principal?: { subject: string } | null }): string {
  return request.principal?.subject ?? 'unknown';
}

/** Registers what staff need when an event cannot be handled or cannot leave. */
export function registerEventTools(
  app: ServiceApp,
  options: EventToolsOptions,
): void {
  if (options.consumers?.length) {
    registerDeadLetterRoutes(app, options);
  }
  if (options.refused) {
    registerRefusedRoutes(app, { ...options, refused: options.refused });
  }
}

function registerDeadLetterRoutes(
  app: ServiceApp,
  { access, consumers = [] }: EventToolsOptions,
): void {
  const groups = new Map(
    consumers.map(({ deadLetters }) => [deadLetters.group, deadLetters]),
  );
  const lettersOf = (group: string): DeadLetters => {
    const letters = groups.get(group);
    if (!letters) {
      throw new NotFoundError({
        code: 'group-not-found',
        message: `This service has no group ${group}.`,
      });
    }
    return letters;
  };
  const config = { access };

  app.get(
    '/events/groups/:group/dead-letters',
    {
      config,
      schema: {
        operationId: 'listDeadLetters',
        summary: 'Events that a group could not handle',
        tags: ['events'],
        params: Type.Object({ group: groupSchema }),
        querystring: Type.Object(
          {
            state: Type.Optional(
              Type.Union([
                Type.Literal('parked'),
                Type.Literal('replayed'),
                Type.Literal('discarded'),
              ]),
            ),
            cursor: Type.Optional(idSchema),
            limit: Type.Integer({ minimum: 1, maximum: 200, default: 50 }),
          },
          { additionalProperties: false },
        ),
        response: {
          200: Type.Object({
            items: Type.Array(deadLetterSchema),
            nextCursor: Type.Optional(Type.String()),
          }),
          ...problemResponses(400, 401, 403, 404, 503),
        },
      },
    },
    async request => {
      const { state, cursor, limit } = request.query;
      const letters = await lettersOf(request.params.group).list({
        state,
        afterId: cursor,
        limit: limit + 1,
      });
      const items = letters.slice(0, limit).map(toJson);
      return {
        items,
        nextCursor: letters.length > limit ? items.at(-1)?.id : undefined,
      };
    },
  );

  app.get(
    '/events/groups/:group/dead-letters/:id',
    {
      config,
      schema: {
        operationId: 'getDeadLetter',
        summary: 'One dead letter with its event',
        tags: ['events'],
        params: paramsSchema,
        response: {
          200: Type.Intersect([
            deadLetterSchema,
            Type.Object({
              event: Type.String({ description: 'The envelope as JSON text.' }),
            }),
          ]),
          ...problemResponses(400, 401, 403, 404, 503),
        },
      },
    },
    async request => {
      const { group, id } = request.params;
      const letter = await lettersOf(group).get(id);
      return { ...toJson(letter), event: letter.event };
    },
  );

  app.post(
    '/events/groups/:group/dead-letters/:id/replay',
    {
      config,
      schema: {
        operationId: 'replayDeadLetters',
        summary: 'Handle the parked events of this one’s key again, in order',
        tags: ['events'],
        params: paramsSchema,
        response: {
          200: Type.Object({
            replayed: Type.Integer(),
            remaining: Type.Integer(),
            failed: Type.Optional(
              Type.Object({ id: Type.String(), error: Type.String() }),
            ),
          }),
          ...problemResponses(400, 401, 403, 404, 409, 503),
        },
      },
    },
    async request => {
      const { group, id } = request.params;
      return lettersOf(group).replay(id, callerOf(request));
    },
  );

  app.post(
    '/events/groups/:group/dead-letters/:id/discard',
    {
      config,
      schema: {
        operationId: 'discardDeadLetter',
        summary: 'Give one event up for good',
        tags: ['events'],
        params: paramsSchema,
        body: reasonSchema,
        response: {
          200: Type.Object({ remaining: Type.Integer() }),
          ...problemResponses(400, 401, 403, 404, 409, 503),
        },
      },
    },
    async request => {
      const { group, id } = request.params;
      return lettersOf(group).discard(id, {
        by: callerOf(request),
        reason: request.body.reason,
      });
    },
  );
}

function registerRefusedRoutes(
  app: ServiceApp,
  { access, refused }: EventToolsOptions & { refused: RefusedEvents },
): void {
  const config = { access };
  const eventParams = Type.Object({
    eventId: Type.String({ format: 'uuid' }),
  });

  app.get(
    '/events/refused',
    {
      config,
      schema: {
        operationId: 'listRefusedEvents',
        summary: 'Events that the log refuses',
        tags: ['events'],
        response: {
          200: Type.Object({
            items: Type.Array(
              Type.Object({
                eventId: Type.String(),
                topic: Type.String(),
                type: Type.String(),
                key: Type.String(),
                reason: Type.String(),
                occurredAt: Type.String({ format: 'date-time' }),
                behind: Type.Integer(),
              }),
            ),
          }),
          ...problemResponses(401, 403, 503),
        },
      },
    },
    async () => ({
      items: (await refused.list(200)).map(event => ({
        ...event,
        occurredAt: event.occurredAt.toISOString(),
      })),
    }),
  );

  app.post(
    '/events/refused/:eventId/retry',
    {
      config,
      schema: {
        operationId: 'retryRefusedEvent',
        summary: 'Send a refused event again',
        tags: ['events'],
        params: eventParams,
        response: {
          200: Type.Object({ retried: Type.Integer() }),
          ...problemResponses(400, 401, 403, 503),
        },
      },
    },
    async request => refused.retry(request.params.eventId),
  );

  app.post(
    '/events/refused/:eventId/discard',
    {
      config,
      schema: {
        operationId: 'discardRefusedEvent',
        summary: 'Give a refused event up for good',
        tags: ['events'],
        params: eventParams,
        body: reasonSchema,
        response: {
          204: Type.Null(),
          ...problemResponses(400, 401, 403, 404, 503),
        },
      },
    },
    async (request, reply) => {
      await refused.discard(request.params.eventId, {
        by: callerOf(request),
        reason: request.body.reason,
      });
      return reply.code(204).send(null);
    },
  );
}
