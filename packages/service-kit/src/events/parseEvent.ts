import { createHash } from 'node:crypto';
import type { CloudEvent } from '@shopfloor/contracts';
import type { LogEvent } from './types.ts';

/** A log event as a consumer works with it. */
export interface ParsedEvent {
  raw: LogEvent;
  id: string;
  type: string;
  /** Absent when the text is no event: poison. */
  event?: CloudEvent;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** An id for text without one, the same whenever it is read: UUID version 8 (RFC 9562). */
function derivedId(raw: LogEvent): string {
  const hex = createHash('sha256')
    .update(`${raw.topic}/${raw.partition}/${raw.offset}`)
    .digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** Reads an envelope. Only what the kit itself relies on is checked; unknown attributes stay. */
export function parseEvent(raw: LogEvent): ParsedEvent {
  let event: CloudEvent | undefined;
  try {
    event = JSON.parse(raw.value) as CloudEvent;
  } catch {
    event = undefined;
  }
  if (
    typeof event !== 'object' ||
    event === null ||
    typeof event.id !== 'string' ||
    !UUID.test(event.id) ||
    typeof event.type !== 'string' ||
    event.data === undefined
  ) {
    return { raw, id: derivedId(raw), type: 'unreadable' };
  }
  return { raw, id: event.id, type: event.type, event };
}
