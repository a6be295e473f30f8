import pg from 'pg';
import type { Statement } from './Database.ts';

/** A statement with its values. */
export interface Step {
  statement: Statement;
  values?: readonly unknown[];
}

type ValueParser = (text: string) => unknown;

/** Names and parsers of the columns of a statement. */
interface RowShape {
  names: string[];
  parsers: ValueParser[];
}

/** What one connection has prepared. */
interface Session {
  /** By name; without a shape until its columns were described once. */
  prepared: Map<string, { text: string; shape?: RowShape }>;
  /** Sent to be parsed and not answered yet, in order. */
  parsing: Statement[];
}

/** What pg calls a query with; its types leave it out. */
interface Wire {
  parse(message: { name: string; text: string }): void;
  bind(message: {
    statement: string;
    values: readonly unknown[];
    valueMapper: (value: unknown) => unknown;
  }): void;
  describe(message: { type: 'P' }): void;
  execute(): void;
  sync(): void;
  on(event: 'parseComplete', listener: () => void): void;
  stream: { cork(): void; uncork(): void };
}

type Callback = (error: Error | null | undefined, results?: object[][]) => void;

const NO_COLUMNS: RowShape = { names: [], parsers: [] };
const sessions = new WeakMap<object, Session>();
const { prepareValue } = (
  pg as unknown as { utils: { prepareValue: (value: unknown) => unknown } }
).utils;

function sessionOf(wire: Wire): Session {
  let session = sessions.get(wire);
  if (!session) {
    const created: Session = { prepared: new Map(), parsing: [] };
    sessions.set(wire, created);
    // A prepared statement outlives the failure of what comes after it in the group.
    wire.on('parseComplete', () => {
      const statement = created.parsing.shift();
      if (statement) {
        created.prepared.set(statement.name, { text: statement.text });
      }
    });
    session = created;
  }
  return session;
}

function shapeOf(
  fields: readonly { name: string; dataTypeID: number }[],
): RowShape {
  return {
    names: fields.map(({ name }) => name),
    parsers: fields.map(({ dataTypeID }) =>
      pg.types.getTypeParser(dataTypeID, 'text'),
    ),
  };
}

/**
 * Named statements that go to the server in one write and come back in one answer. Outside of a transaction the server makes one of
 * them: all happen or, from the first that fails, none does and the rest is not tried.
 *
 * Unlike pg's own query it asks for the columns of a statement once a connection, not at each execution: the server refuses a
 * prepared statement whose columns have changed since.
 */
export class StatementGroup implements pg.Submittable {
  readonly #steps: readonly Step[];
  readonly #results: object[][] = [];
  #session: Session | undefined;
  #rows: object[] = [];
  #described: RowShape | undefined;
  #unreadable: Error | undefined;
  /** Set by pg, which may put its time limit around it. */
  callback: Callback | undefined;

  static create(steps: readonly Step[]): StatementGroup {
    return new StatementGroup(steps);
  }

  private constructor(steps: readonly Step[]) {
    this.#steps = steps;
  }

  /** The statement that is at work; the one that failed after a failure. */
  get current(): Statement {
    const index = Math.min(this.#results.length, this.#steps.length - 1);
    return this.#steps[index].statement;
  }

  /** Runs on a connection that one holds. @returns the rows of each statement */
  runOn(client: pg.ClientBase): Promise<object[][]> {
    return new Promise((resolve, reject) => {
      this.callback = (error, results) =>
        error ? reject(error) : resolve(results!);
      client.query(this);
    });
  }

  /** Called by pg when the connection is free. @returns why nothing was sent */
  submit(connection: pg.Connection): Error | null {
    const wire = connection as unknown as Wire;
    const session = sessionOf(wire);
    this.#session = session;
    let values: unknown[][];
    try {
      // Before anything is sent: half a group would happen by itself.
      values = this.#steps.map(step => (step.values ?? []).map(prepareValue1));
      for (const { statement } of this.#steps) {
        checkName(session, statement);
      }
    } catch (error) {
      return error as Error;
    }
    wire.stream.cork();
    try {
      this.#steps.forEach(({ statement }, index) => {
        const { name, text } = statement;
        const known = session.prepared.get(name);
        if (!known && !session.parsing.some(other => other.name === name)) {
          wire.parse({ name, text });
          session.parsing.push(statement);
        }
        wire.bind({
          statement: name,
          values: values[index],
          valueMapper: value => value,
        });
        if (!known?.shape) {
          wire.describe({ type: 'P' });
        }
        wire.execute();
      });
      wire.sync();
    } finally {
      wire.stream.uncork();
    }
    return null;
  }

  handleRowDescription(message: {
    fields: { name: string; dataTypeID: number }[];
  }): void {
    this.#described = shapeOf(message.fields);
  }

  handleDataRow(message: { fields: (string | null)[] }): void {
    if (this.#unreadable) {
      return;
    }
    const { names, parsers } = this.#shape()!;
    const row: Record<string, unknown> = {};
    try {
      message.fields.forEach((field, index) => {
        row[names[index]] = field === null ? null : parsers[index](field);
      });
    } catch (error) {
      this.#unreadable = error as Error;
    }
    this.#rows.push(row);
  }

  handleCommandComplete(): void {
    const known = this.#session!.prepared.get(this.current.name);
    if (known) {
      // One that gives no rows is described by nothing.
      known.shape ??= this.#described ?? NO_COLUMNS;
    }
    this.#results.push(this.#rows);
    this.#rows = [];
    this.#described = undefined;
  }

  handleEmptyQuery(): void {
    this.handleCommandComplete();
  }

  handleReadyForQuery(): void {
    this.#session!.parsing.length = 0;
    this.callback?.(this.#unreadable, this.#results);
  }

  handleError(error: Error): void {
    // The server passes over what comes after its error; pg's own, of a late answer, say nothing of what is still to come.
    if (this.#session && error instanceof pg.DatabaseError) {
      this.#session.parsing.length = 0;
    }
    this.callback?.(this.#unreadable ?? error);
  }

  #shape(): RowShape | undefined {
    return (
      this.#described ?? this.#session?.prepared.get(this.current.name)?.shape
    );
  }
}

/** Without the index that `map` gives, which would be taken for what was seen before. */
function prepareValue1(value: unknown): unknown {
  return prepareValue(value);
}

function checkName(session: Session, { name, text }: Statement): void {
  const other = session.prepared.get(name)?.text;
  if (other !== undefined && other !== text) {
    throw new Error(
      `Two statements have the name ${name}: each text needs its own`,
    );
  }
}
