import Type, { type Static } from 'typebox';
import type { EventData, EventType } from './catalogue.ts';

/**
 * The CloudEvents 1.0 JSON envelope of every event, with the extension attributes
 * of the shop: lower case letters and digits only, as CloudEvents asks.
 */
export const envelopeSchema = Type.Object({
  specversion: Type.Literal('1.0'),
  id: Type.String({ format: 'uuid' }),
  source: Type.String({ minLength: 1, description: 'The publishing service.' }),
  type: Type.String({ pattern: '^[a-z0-9.-]+\\.v[1-9][0-9]*$' }),
  subject: Type.String({ minLength: 1, description: 'Id of the aggregate.' }),
  time: Type.String({ format: 'date-time' }),
  datacontenttype: Type.Literal('application/json'),
  dataschema: Type.String({ minLength: 1 }),
  aggregateversion: Type.Integer({
    minimum: 0,
    description: 'Version of the aggregate that the event tells of.',
  }),
  partitionkey: Type.String({
    minLength: 1,
    description: 'Events with one key stay in order.',
  }),
  traceparent: Type.Optional(
    Type.String({ pattern: '^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$' }),
  ),
  data: Type.Unknown(),
});

/** An event as it travels. */
export type CloudEvent<Data = unknown> = Omit<
  Static<typeof envelopeSchema>,
  'data'
> & { data: Data };

/** An event of the shop, by type. */
export type ShopEvent<Type extends EventType = EventType> = {
  [T in Type]: CloudEvent<EventData<T>> & { type: T };
}[Type];

/** Address of the schema of a type's data, for `dataschema`. */
export function dataSchemaOf(type: string): string {
  return `urn:shopfloor:event:${type}`;
}
