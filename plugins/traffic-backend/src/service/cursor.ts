import { InputError } from '@backstage/errors';
import { z } from 'zod';

const cursorSchema = z.tuple([z.iso.datetime(), z.uuid()]);

/** The place after a change in a list, latest first. */
export function encodeCursor(last: { intentAt: string; id: string }): string {
  return Buffer.from(JSON.stringify([last.intentAt, last.id])).toString(
    'base64url',
  );
}

/** @throws InputError for what {@link encodeCursor} did not make */
export function decodeCursor(cursor: string): { intentAt: Date; id: string } {
  try {
    const [intentAt, id] = cursorSchema.parse(
      JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')),
    );
    return { intentAt: new Date(intentAt), id };
  } catch {
    throw new InputError('The cursor is not one that this list returned');
  }
}
