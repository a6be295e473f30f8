import { z } from 'zod';
import { answer } from '../answer';

const schema = z.tuple([z.iso.datetime(), z.uuid()]);

/** Where the next page begins, as text that clients only pass on. */
export function writeCursor(moment: string, id: string): string {
  return Buffer.from(JSON.stringify([moment, id])).toString('base64url');
}

/** @throws InputError for what is no cursor */
export function readCursor(text: string): { moment: string; id: string } {
  try {
    const [moment, id] = schema.parse(
      JSON.parse(Buffer.from(text, 'base64url').toString('utf8')),
    );
    return { moment, id };
  } catch {
    throw answer('no-cursor', {});
  }
}
