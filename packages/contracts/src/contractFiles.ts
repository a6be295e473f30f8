import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventCatalogue, type EventType } from './events/catalogue.ts';
import { dataSchemaOf } from './events/envelope.ts';

/** Folder of this package. */
export const contractsFolder = join(import.meta.dirname, '..');

/** A file and what is in it. */
export interface NumberedFile {
  number: number;
  path: string;
  content: any;
}

function readNumbered(folder: string, ending: string): NumberedFile[] {
  if (!existsSync(folder)) {
    return [];
  }
  return readdirSync(folder)
    .filter(name => name.endsWith(ending))
    .map(name => ({
      number: Number(name.slice(0, -ending.length)),
      path: join(folder, name),
      content: JSON.parse(readFileSync(join(folder, name), 'utf8')),
    }))
    .sort((a, b) => a.number - b.number);
}

/** Every published revision of a type's schema, oldest first. */
export function readPublished(
  type: string,
  root = contractsFolder,
): NumberedFile[] {
  return readNumbered(join(root, 'published', type), '.schema.json');
}

/** An event for every published revision of a type. */
export function readFixtures(type: string): NumberedFile[] {
  return readNumbered(join(contractsFolder, 'fixtures', type), '.json');
}

/** What a service reads of a type. */
export interface Expectation {
  service: string;
  type: string;
  path: string;
  schema: any;
}

/** The expectations that consumers have committed. */
export function readExpectations(): Expectation[] {
  const root = join(contractsFolder, 'consumers');
  if (!existsSync(root)) {
    return [];
  }
  return readdirSync(root, { withFileTypes: true })
    .filter(entry => entry.isDirectory())
    .flatMap(({ name: service }) =>
      readdirSync(join(root, service))
        .filter(name => name.endsWith('.schema.json'))
        .map(name => {
          const path = join(root, service, name);
          return {
            service,
            type: name.slice(0, -'.schema.json'.length),
            path,
            schema: JSON.parse(readFileSync(path, 'utf8')),
          };
        }),
    );
}

/** The schema of a type as it is published: plain JSON that says what it is. */
export function publishableSchema(type: EventType): Record<string, unknown> {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: dataSchemaOf(type),
    title: type,
    ...JSON.parse(JSON.stringify(eventCatalogue[type].schema)),
  };
}
