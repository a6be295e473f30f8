import { AskField } from './askForm';

/** Fields of a request as the server names them, by the field of the form that shows them. */
const FIELDS: ReadonlyArray<[RegExp, AskField]> = [
  [/^(request\.)?environment$/, 'environment'],
  [/^(request\.)?subject(\..+)?$/, 'service'],
  [/^(request\.)?owner$/, 'owner'],
  [/^(request\.)?secret\.path$/, 'path'],
  [/^(request\.)?secret(\..+)?$/, 'secret'],
  [/^(request\.)?access(\..+)?$/, 'access'],
  [/^(request\.)?reason$/, 'reason'],
  [/^(request\.)?durationSeconds$/, 'duration'],
  [/^(request\.)?delivery$/, 'delivery'],
];

/** What a server objects to, sorted to the fields of the form; `other` is of no field. */
export interface ServerProblems {
  fields: Partial<Record<AskField, string>>;
  other?: string;
}

/** Sorts a refusal, "field: words; field: words", to the fields. Words without a known field stay whole. */
export function serverProblems(message: string): ServerProblems {
  const fields: ServerProblems['fields'] = {};
  const other: string[] = [];
  let last: AskField | undefined;
  for (const part of message.split('; ')) {
    const colon = part.indexOf(': ');
    const name = colon > 0 ? part.slice(0, colon) : '';
    const field = FIELDS.find(([pattern]) => pattern.test(name))?.[1];
    if (field) {
      const words = part.slice(colon + 2);
      fields[field] = fields[field] ? `${fields[field]}; ${words}` : words;
      last = field;
    } else if (last && fields[last] !== undefined && !/^[\w.-]+: /.test(part)) {
      // Words of a field may have a semicolon of their own.
      fields[last] = `${fields[last]}; ${part}`;
    } else {
      other.push(part);
      last = undefined;
    }
  }
  return { fields, ...(other.length > 0 && { other: other.join('; ') }) };
}
