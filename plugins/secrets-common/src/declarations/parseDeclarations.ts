import {
  DefinitionKind,
  readDefinitions,
  ReportProblem,
} from '@shopfloor/yaml-positions';
import { Ajv } from 'ajv';
import { DeclarationProblem } from '../api/types';
import { inOrder, referenceOf } from '../plan/names';
import { ACCESS_OF_KIND, SecretDeclaration, SecretKind } from '../secret';
import { declarationsSchema } from './declarationsSchema';

/** No file of declarations is longer, in characters. */
export const MAX_DECLARATIONS_CHARACTERS = 128 * 1024;

type GivenSecret = Omit<SecretDeclaration, 'readers'> &
  Partial<Pick<SecretDeclaration, 'readers'>>;

interface DeclarationsDocument {
  metadata: { name: string };
  spec: { secrets: GivenSecret[] };
}

/** What a file declares, and what is wrong in it. */
export interface ParsedDeclarations {
  /** Those that are right. */
  secrets: SecretDeclaration[];
  problems: DeclarationProblem[];
}

const validate = new Ajv({
  allErrors: true,
  strict: true,
  strictTypes: false,
  strictRequired: false,
}).compile<DeclarationsDocument>(declarationsSchema);

/** Which field says where a secret of a kind is. */
const PLACE_OF_KIND: Record<SecretKind, 'path' | 'role' | 'key'> = {
  kv: 'path',
  database: 'role',
  pki: 'role',
  transit: 'key',
};

/**
 * Reads a `secrets.yaml`. It does not throw: what is wrong is in `problems`, with file, line and field. Of a file whose shape is
 * wrong nothing is used; else all that is right.
 *
 * @param options - `service`: whose file it is, by the catalog or by its folder; the file may not say another
 */
export function parseDeclarations(
  text: string,
  options: { file: string; service: string },
): ParsedDeclarations {
  const { file, service } = options;
  const secrets: SecretDeclaration[] = [];
  const declarations: DefinitionKind<DeclarationsDocument, true> = {
    noun: 'declaration',
    nouns: 'declarations',
    maxCharacters: MAX_DECLARATIONS_CHARACTERS,
    validate,
    read: ({ metadata, spec }, { report }) => {
      if (metadata.name !== service) {
        report(
          ['metadata', 'name'],
          `metadata.name is "${metadata.name}", but the file belongs to ${service}; nobody declares secrets of another`,
        );
        return undefined;
      }
      secrets.push(...soundOnes(spec.secrets, service, report));
      return true;
    },
  };
  const { problems } = readDefinitions(text, { file, kind: declarations });
  return { secrets, problems: problems.map(({ name: _, ...rest }) => rest) };
}

/** Those that are right beside each other; what is wrong with the others is reported. */
function soundOnes(
  given: GivenSecret[],
  service: string,
  report: ReportProblem,
): SecretDeclaration[] {
  const names = new Set<string>();
  const places = new Map<string, string>();
  return given.flatMap((secret, index) => {
    const declaration: SecretDeclaration = {
      ...secret,
      access: inOrder(secret.access),
      readers: secret.readers ?? [],
    };
    const { kind, name } = declaration;
    let isSound = true;
    const wrong: ReportProblem = (path, message) => {
      isSound = false;
      report(['spec', 'secrets', index, ...path], message);
    };
    checkOne(declaration, { given: secret, service, wrong });
    if (names.has(name)) {
      wrong(['name'], `There are two secrets "${name}"`);
    }
    names.add(name);
    const place = `${kind} ${referenceOf(service, declaration).path}`;
    const other = places.get(place);
    if (other !== undefined && other !== name) {
      wrong([], `"${name}" and "${other}" are both ${place}`);
    }
    places.set(place, name);
    return isSound ? [declaration] : [];
  });
}

/** What depends on the kind. */
function checkOne(
  declaration: SecretDeclaration,
  options: { given: GivenSecret; service: string; wrong: ReportProblem },
): void {
  const { kind, readers } = declaration;
  const { given, service, wrong } = options;
  for (const field of ['path', 'role', 'key'] as const) {
    if (declaration[field] !== undefined && PLACE_OF_KIND[kind] !== field) {
      wrong([field], `A secret of kind ${kind} has no ${field}`);
    }
  }
  given.access.forEach((access, position) => {
    if (!ACCESS_OF_KIND[kind].includes(access)) {
      wrong(
        ['access', position],
        `A secret of kind ${kind} has no access "${access}", but ${ACCESS_OF_KIND[kind].join(', ')}`,
      );
    }
  });
  const place = referenceOf(service, declaration).path;
  if (kind !== 'kv' && place !== service && !place.startsWith(`${service}-`)) {
    wrong(
      [PLACE_OF_KIND[kind]],
      `"${place}" does not belong to ${service}; it must begin with ${service}-`,
    );
  }
  if (declaration.rotationDays !== undefined && kind !== 'kv') {
    wrong(
      ['rotationDays'],
      `Only values of kind kv have an age that is seen; a secret of kind ${kind} is not rotated by it`,
    );
  }
  if (readers.includes(service)) {
    wrong(['readers'], `${service} need not be a reader of its own`);
  }
}
