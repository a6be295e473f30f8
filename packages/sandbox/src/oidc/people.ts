import { readFileSync, statSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';

/** Somebody who may sign in at one of the sandbox's issuers. */
export interface Person {
  /** The user name: what is chosen on the sign-in page. */
  id: string;
  /** The OpenID `sub`. People of the portal have their user name; those of the shop an id that says nothing of them. */
  subject: string;
  name: string;
  email: string;
  emailVerified: boolean;
  /** What the person does, for the sign-in page. */
  description: string;
  /** Groups of the catalog. */
  groups: string[];
  /** Roles in the shop; shoppers have none. */
  roles: string[];
  /** BCP 47 tag of the language the person reads, where it is known. */
  locale?: string;
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
        subject: String(entity.metadata.name),
        name: String(
          entity.spec.profile.displayName ??
            entity.metadata.title ??
            entity.metadata.name,
        ),
        email: String(email),
        emailVerified: true,
        description: String(entity.metadata.description ?? ''),
        groups: (entity.spec.memberOf ?? []).map(String),
        roles: [],
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
  readonly #parse: (text: string) => Person[];
  #modified = 0;
  #people: Person[] = [];

  constructor(path: string, parse: (text: string) => Person[] = parsePeople) {
    this.#path = path;
    this.#parse = parse;
  }

  all(): Person[] {
    const modified = statSync(this.#path).mtimeMs;
    if (modified !== this.#modified) {
      this.#people = this.#parse(readFileSync(this.#path, 'utf8'));
      this.#modified = modified;
    }
    return this.#people;
  }

  find(id: string): Person | undefined {
    return this.all().find(person => person.id === id);
  }

  findBySubject(subject: string): Person | undefined {
    return this.all().find(person => person.subject === subject);
  }
}
