import { createPublicKey, KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import {
  StreamVerification,
  TrailVerification,
} from '@shopfloor/plugin-audit-common';
import knexFactory, { Knex } from 'knex';
import { KnownKeys } from '../trail/AnchorKeys';
import { FileAnchorStore } from '../trail/AnchorStore';
import { FileArchiveStore } from '../trail/ArchiveStore';
import { DatabaseTrailStore } from '../trail/DatabaseTrailStore';
import { verifyTrail } from '../trail/verifyTrail';

const USAGE = `Checks the audit trail without the portal: database, anchors and archives, against public keys.

  npm run audit:verify -- --public-key <file> [--anchors <folder>] [--archives <folder>] [--json]

  AUDIT_DATABASE_URL     postgres://… of the database of the audit plugin; an account that only reads is enough
  --database-schema      its schema, where plugins share a database (pluginDivisionMode: schema)
  --public-key <file>    PEM, or base64 of DER (SPKI); again for every key that ever signed
  --anchors <folder>     audit.anchors.directory
  --archives <folder>    audit.retention.directory
  --json                 the findings as JSON

Ends with 0 when every stream is intact, 1 when one is broken, 2 when that cannot be told.
`;

/** Everything that the command touches besides the network. */
export interface VerifyCommandOptions {
  /** Arguments after the name of the command. */
  args: string[];
  env: Record<string, string | undefined>;
  print: (text: string) => void;
  /** Tells what went wrong. */
  complain: (text: string) => void;
  now: () => Date;
}

/** Runs the check and says what was found. @returns the code to exit with */
export async function verifyCommand(
  options: VerifyCommandOptions,
): Promise<0 | 1 | 2> {
  const { print, complain, env, now } = options;
  let db: Knex | undefined;
  try {
    const { values } = parseArgs({
      args: options.args,
      options: {
        'public-key': { type: 'string', multiple: true, default: [] },
        'database-schema': { type: 'string' },
        anchors: { type: 'string' },
        archives: { type: 'string' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) {
      print(USAGE);
      return 0;
    }
    const url = env.AUDIT_DATABASE_URL;
    if (!url || values['public-key'].length === 0) {
      throw new Error(
        `${url ? 'Give a --public-key' : 'AUDIT_DATABASE_URL is not set'}\n\n${USAGE}`,
      );
    }
    const keys = new KnownKeys(
      await Promise.all(values['public-key'].map(readPublicKey)),
    );
    const schema = values['database-schema'];
    db = knexFactory({
      client: 'pg',
      connection: url,
      pool: { min: 0, max: 2 },
      ...(schema && { searchPath: [schema] }),
    });
    const found = await verifyTrail({
      store: new DatabaseTrailStore(db),
      keys,
      ...(values.anchors && {
        anchors: new FileAnchorStore({ directory: values.anchors }),
      }),
      ...(values.archives && {
        archives: new FileArchiveStore({ directory: values.archives }),
      }),
      now,
    });
    print(
      values.json ? `${JSON.stringify(found, undefined, 2)}\n` : inWords(found),
    );
    return codeOf(found);
  } catch (error) {
    complain(`The trail could not be checked: ${wordsOf(error)}\n`);
    return 2;
  } finally {
    await db?.destroy();
  }
}

/** 1 when something is broken; else 2 when something cannot be told, as of a trail without any stream. */
export function codeOf({ streams }: TrailVerification): 0 | 1 | 2 {
  const states = new Set(streams.map(({ state }) => state));
  if (states.has('broken')) {
    return 1;
  }
  return states.size === 1 && states.has('intact') ? 0 : 2;
}

async function readPublicKey(file: string): Promise<KeyObject> {
  const text = await readFile(file, 'utf8');
  // The private half is never needed here, and must not be carried about.
  if (text.includes('PRIVATE KEY')) {
    throw new Error(`${file} is a private key; give the public one`);
  }
  try {
    return text.includes('BEGIN')
      ? createPublicKey(text)
      : createPublicKey({
          key: Buffer.from(text.trim(), 'base64'),
          format: 'der',
          type: 'spki',
        });
  } catch {
    throw new Error(
      `${file} is no public key; it must be PEM or base64 of SPKI DER`,
    );
  }
}

function inWords({ streams, verifiedAt }: TrailVerification): string {
  if (streams.length === 0) {
    return 'There is no stream: nothing was ever written, or everything is gone.\n';
  }
  return [
    `Checked at ${verifiedAt}`,
    ...streams.flatMap(stream => [
      lineOf(stream),
      ...stream.findings.map(
        ({ kind, sequence, detail }) => `  ${kind} ${sequence}: ${detail}`,
      ),
    ]),
    '',
  ].join('\n');
}

function lineOf(stream: StreamVerification): string {
  const { state, entries, archived, anchored } = stream;
  return [
    `${stream.stream}: ${state}, ${entries} entries`,
    ...(archived ? [`archived up to ${archived}`] : []),
    anchored
      ? `vouched for up to ${anchored.sequence} (${anchored.at})`
      : 'nothing vouches for its end',
  ].join(', ');
}

/** Connection refusals of both address families come as one error without a message of its own. */
function wordsOf(error: unknown): string {
  const { message, code, errors } = error as {
    message?: string;
    code?: string;
    errors?: Array<{ message: string }>;
  };
  return (
    message ||
    errors?.map(each => each.message).join(', ') ||
    code ||
    String(error)
  );
}
