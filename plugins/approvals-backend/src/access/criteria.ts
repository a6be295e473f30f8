import {
  AccessCriteria,
  applyCriteria,
} from '@shopfloor/plugin-entity-access-node';
import { Knex } from 'knex';
import { Person } from '../people/PersonDirectory';

/** What a condition asks of a request: that one of these entity refs has to do with it. */
export interface RequestQuery {
  participants: string[];
}

/** Which requests a person may see. */
export type RequestCriteria = AccessCriteria<RequestQuery>;

/** What a person may see, and who that is: a delegate sees what is asked of the principal. */
export interface Readable {
  criteria: RequestCriteria;
  person: Person;
}

/** Narrows a query of `approvals_requests as r` to what a person may see. */
export function applyReadable(
  query: Knex.QueryBuilder,
  { criteria, person }: Readable,
): void {
  query.where(nested =>
    applyCriteria(nested, criteria, (one, condition) => {
      const { participants = [] } = condition as Partial<RequestQuery>;
      one.where(any => {
        any.whereRaw('r.participants && ?::text[]', [participants]);
        if (participants.includes(person.ref)) {
          for (const { claims, types } of person.delegated) {
            any.orWhere(delegated => {
              delegated.whereRaw('r.participants && ?::text[]', [claims]);
              if (types) {
                delegated.whereRaw('r.type = any(?::text[])', [types]);
              }
            });
          }
        }
      });
    }),
  );
}

/** Narrows a query of `approvals_requests as r` to what waits for a person, who may act for others too. */
export function applyWaitingFor(
  query: Knex.QueryBuilder,
  { ref, claims, delegated }: Person,
): void {
  query.whereRaw('not (? = any(r.barred))', [ref]).where(any => {
    any.whereRaw('r.waiting_for && ?::text[]', [claims]);
    for (const { principal, claims: theirs, types } of delegated) {
      any.orWhere(one => {
        one
          .whereRaw('r.delegation')
          .whereRaw('r.waiting_for && ?::text[]', [theirs])
          .whereRaw('not (? = any(r.barred))', [principal]);
        if (types) {
          one.whereRaw('r.type = any(?::text[])', [types]);
        }
      });
    }
  });
}
