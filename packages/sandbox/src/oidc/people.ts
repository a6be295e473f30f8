import { readFileSync, statSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';

/** A person of the sample company who may sign in. */
export interface Person {
  /** The user name, which is also the OpenID `sub`. */
  id: string;
  name: string;
  email: string;
  /** What the person does, for the sign-in page. */
  description: string;
  groups: string[];
}

/**
 * The people in a file of catalog entities: each User with an e-mail address.
 *
 * @throws Error when the file is no YAML or holds no such person
 */
export function parsePeople(text: string): Person[] {
  const people = parseAllDocuments(text).flatMap(document => {
    if (document.errors.length > 0) {
      throw document.errors[0];
    }
    const entity = document.toJS();
    const email = entity?.spec?.profile?.email;
    if (entity?.kind !== 'User' || !email) {
      return [];
    }
    return [
      {
        id: String(entity.metadata.name),
        name: String(
          entity.spec.profile.displayName ??
            entity.metadata.title ??
            entity.metadata.name,
        ),
        email: String(email),
        description: String(entity.metadata.description ?? ''),
        groups: (entity.spec.memberOf ?? []).map(String),
      },
    ];
  });
  if (people.length === 0) {
    throw new Error('There is no User with an e-mail address');
  }
  return people;
}

/** The people of a file, read again when it has changed. */
export class PeopleFile {
  readonly #path: string;
  #modified = 0;
  #people: Person[] = [];

  constructor(path: string) {
    this.#path = path;
  }

  all(): Person[] {
    const modified = statSync(this.#path).mtimeMs;
    if (modified !== this.#modified) {
      this.#people = parsePeople(readFileSync(this.#path, 'utf8'));
      this.#modified = modified;
    }
    return this.#people;
  }

  find(id: string): Person | undefined {
    return this.all().find(person => person.id === id);
  }
}
