import { findErrorBy } from '@platformatic/kafka';
import { UnavailableError } from '../../problems/DomainError.ts';
import {
  type EventRecord,
  type RefusedRecord,
  RecordsRefusedError,
} from '../types.ts';

const REFUSALS: Record<string, RefusedRecord['reason']> = {
  UNKNOWN_TOPIC_OR_PARTITION: 'unknown-topic',
  UNKNOWN_TOPIC_ID: 'unknown-topic',
  INVALID_TOPIC_EXCEPTION: 'unknown-topic',
  TOPIC_AUTHORIZATION_FAILED: 'not-permitted',
  MESSAGE_TOO_LARGE: 'too-large',
  RECORD_LIST_TOO_LARGE: 'too-large',
};

/** Why Kafka will never take what it was given; absent when trying again may help. */
export function refusalOf(error: unknown): RefusedRecord['reason'] | undefined {
  // The client itself refuses a topic that is in no metadata.
  if (/^Unknown topic /.test((error as Error).message)) {
    return 'unknown-topic';
  }
  for (const [apiId, reason] of Object.entries(REFUSALS)) {
    if (findErrorBy(error as Error, 'apiId', apiId)) {
      return reason;
    }
  }
  return undefined;
}

/** Records that share the fate of an error: all that were sent. */
export function refusedAll(
  records: readonly EventRecord[],
  reason: RefusedRecord['reason'],
  cause: unknown,
): RecordsRefusedError {
  return new RecordsRefusedError(
    records.map(({ id }) => ({ id, reason })),
    cause,
  );
}

export function logUnavailable(cause: unknown): UnavailableError {
  return new UnavailableError({
    code: 'event-log-unavailable',
    message: 'The event log does not answer. Try again shortly.',
    cause,
  });
}
