import { Server } from 'node:http';
import { RootLoggerService } from '@backstage/backend-plugin-api';
import { Knex } from 'knex';

/** Shorter texts are found where they mean something else. */
const SHORTEST = 16;

/** A text that was found where it must not be. */
export interface Leak {
  /** What it is, as {@link LeakSearch.mark} was told. */
  what: string;
  where: string;
}

/** Texts that are nobody's but their owner's, and the search for them: as they are, in base64 at any offset, and in hex. */
export class LeakSearch {
  /** What each text is. */
  readonly #marks = new Map<string, string>();

  /** What is searched for, each once. */
  get marked(): string[] {
    return [...new Set(this.#marks.values())].sort();
  }

  /**
   * Marks a text; what it was called first stays.
   *
   * @throws Error for a text that is too short to be told from others, or no text
   */
  mark(what: string, text: unknown): void {
    if (typeof text !== 'string' || text.length < SHORTEST) {
      throw new Error(`${what} is no text of ${SHORTEST} characters or more`);
    }
    if (!this.#marks.has(text)) {
      this.#marks.set(text, what);
    }
  }

  /** Marks that are in the texts of a place, each once a place. */
  find(places: Record<string, readonly string[]>): Leak[] {
    const forms = [...this.#marks].flatMap(([text, what]) =>
      formsOf(text).map(form => ({ form, what })),
    );
    return Object.entries(places).flatMap(([where, texts]) => {
      const everything = texts.join('\n').toLowerCase();
      const found = forms.filter(({ form }) => everything.includes(form));
      return [...new Set(found.map(({ what }) => what))].map(what => ({
        what,
        where,
      }));
    });
  }
}

function formsOf(text: string): string[] {
  const bytes = Buffer.from(text);
  const base64 = [0, 1, 2].map(before =>
    Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64url')
      // What the neighbours have a share in.
      .slice(before === 0 ? 0 : before + 1, -4),
  );
  return [
    text,
    bytes.toString('hex'),
    ...base64,
    ...base64.map(each => each.replaceAll('-', '+').replaceAll('_', '/')),
  ].map(form => form.toLowerCase());
}

/** Every row of every table of a database, all columns as text. */
export async function rowsOf(db: Knex): Promise<string[]> {
  const tables: Array<{ name: string }> = await db('pg_tables')
    .where({ schemaname: 'public' })
    .select('tablename as name');
  const rows = await Promise.all(
    tables.map(async ({ name }) => {
      const found = await db.raw('select t::text as text from ?? t', [name]);
      return found.rows.map(
        ({ text }: { text: string }) => `${name} ${text}`,
      ) as string[];
    }),
  );
  return rows.flat();
}

/** Notes every answer of a server as it leaves: status, headers and body. */
export function noteAnswers(server: Server, answers: string[]): void {
  server.prependListener('request', (req, res) => {
    // So that what is noted can be read.
    delete req.headers['accept-encoding'];
    const parts: Buffer[] = [];
    const note = (part: unknown) => {
      if (typeof part === 'string' || part instanceof Uint8Array) {
        parts.push(Buffer.from(part as string));
      }
    };
    const write = res.write.bind(res) as (...args: unknown[]) => boolean;
    const end = res.end.bind(res) as (...args: unknown[]) => typeof res;
    res.write = ((...args: unknown[]) => {
      note(args[0]);
      return write(...args);
    }) as typeof res.write;
    res.end = ((...args: unknown[]) => {
      note(args[0]);
      return end(...args);
    }) as typeof res.end;
    res.once('finish', () =>
      answers.push(
        `${res.statusCode} ${JSON.stringify(res.getHeaders())} ${Buffer.concat(parts)}`,
      ),
    );
  });
}

/** A logger of all plugins that notes every line with all its fields, errors with their stacks and causes. */
export function notingLogger(
  lines: string[],
  fields: object = {},
): RootLoggerService {
  const log =
    (level: string) =>
    (message: string, meta?: Error | object): void => {
      lines.push(`${level} ${message} ${textOf({ ...fields, meta })}`);
    };
  return {
    error: log('error'),
    warn: log('warn'),
    info: log('info'),
    debug: log('debug'),
    child: more => notingLogger(lines, { ...fields, ...more }),
  };
}

/** All that is in a value, also what of an error JSON leaves out. */
export function textOf(value: unknown): string {
  const seen = new Set<unknown>();
  return (
    JSON.stringify(value, (_, each) => {
      if (typeof each !== 'object' || each === null) {
        return each;
      }
      if (seen.has(each)) {
        return '…';
      }
      seen.add(each);
      return each instanceof Error
        ? {
            ...each,
            message: each.message,
            stack: each.stack,
            cause: each.cause,
          }
        : each;
    }) ?? ''
  );
}
