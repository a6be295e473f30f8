import fp from 'fastify-plugin';
import {
  type FieldProblem,
  InvalidInputError,
} from '../problems/DomainError.ts';

/** In Unicode mode a pair is one character, so this is half of one. */
const HALF_PAIR = /\p{Surrogate}/u;

/**
 * Whether PostgreSQL can hold a text: it knows no character NUL, and half of a surrogate pair is no character at all.
 */
export function isStorableText(text: string): boolean {
  return !text.includes('\u0000') && !HALF_PAIR.test(text);
}

/** A value on the way through a parsed body; its pointer is made only when it is wanted. */
interface Visited {
  value: unknown;
  name: string;
  parent?: Visited;
}

function pointerOf(visited: Visited): string {
  const tokens: string[] = [];
  for (let at = visited; at.parent; at = at.parent) {
    tokens.push(at.name.replaceAll('~', '~0').replaceAll('/', '~1'));
  }
  return tokens
    .reverse()
    .map(token => `/${token}`)
    .join('');
}

/**
 * The JSON pointer of a text in a parsed value that cannot be stored, the names of members included; `''` is the value itself.
 * Not recursive, so that a deeply nested body cannot exhaust the stack.
 */
export function findUnstorableText(root: unknown): string | undefined {
  const open: Visited[] = [{ value: root, name: '' }];
  for (let parent = open.pop(); parent; parent = open.pop()) {
    const { value } = parent;
    if (typeof value === 'string' && !isStorableText(value)) {
      return pointerOf(parent);
    }
    // Bytes are what they are.
    if (typeof value !== 'object' || !value || ArrayBuffer.isView(value)) {
      continue;
    }
    for (const [name, member] of Object.entries(value)) {
      if (!isStorableText(name)) {
        return pointerOf({ value: member, name, parent });
      }
      if (typeof member === 'string' || typeof member === 'object') {
        open.push({ value: member, name, parent });
      }
    }
  }
  return undefined;
}

const UNSTORABLE = new RegExp(`\0|${HALF_PAIR.source}`, 'gu');

const PARTS = [
  ['path', 'params'],
  ['query', 'query'],
  ['body', 'body'],
] as const;

/**
 * Refuses texts that no database of ours could hold, before any route sees them: else each field of each service would need a
 * pattern against them, and the one that has none would answer 500.
 *
 * @throws InvalidInputError that names the field
 */
export const storableTextPlugin = fp(
  async app => {
    app.addHook('preValidation', (request, _reply, done) => {
      for (const [part, member] of PARTS) {
        const value = request[member];
        const pointer =
          value === undefined ? undefined : findUnstorableText(value);
        if (pointer !== undefined) {
          done(notStorable(part, pointer));
          return;
        }
      }
      done();
    });
  },
  { name: 'shopfloor-storable-text' },
);

function notStorable(
  part: FieldProblem['in'],
  pointer: string,
): InvalidInputError {
  const field = part === 'body' ? pointer || '/' : pointer.slice(1);
  // What is echoed must not itself be what was refused.
  const shown = field.replace(UNSTORABLE, '\ufffd');
  return new InvalidInputError({
    code: 'validation-failed',
    message: `These fields are not valid: ${shown}.`,
    fields: [
      {
        in: part,
        field: shown,
        message: 'must be Unicode text without the character NUL',
      },
    ],
  });
}
