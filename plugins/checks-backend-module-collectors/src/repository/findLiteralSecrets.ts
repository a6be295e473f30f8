import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseAllDocuments,
} from 'yaml';
import { isSecretName, looksLikeSecret } from '../literalSecrets';

/** A secret that stands in a manifest: where, and under which name. Never what. */
export interface LiteralSecret {
  file: string;
  /** 1-based. */
  line: number;
  field: string;
}

/**
 * Secrets written out in a YAML manifest or a file of values: data of a Secret, values of variables named like a secret, and
 * whatever looks like a key or password. Templates (`{{ … }}`, `${…}`) and references are not. A file that is not YAML, such as
 * a template of a chart, is read line by line only for what looks like a secret.
 */
export function findLiteralSecrets(
  file: string,
  text: string,
): LiteralSecret[] {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, {
    lineCounter: lines,
    prettyErrors: false,
  });
  if ([...documents].some(({ errors }) => errors.length > 0)) {
    return text
      .split('\n')
      .flatMap((row, index) =>
        looksLikeSecret(row) ? [{ file, line: index + 1, field: '' }] : [],
      );
  }
  const found: LiteralSecret[] = [];
  const visit = (node: unknown, path: string[], inSecret: boolean): void => {
    if (isMap(node)) {
      const fields = new Map(
        node.items.map(({ key, value }) => [
          isScalar(key) ? String(key.value) : '',
          value,
        ]),
      );
      const kind = fields.get('kind');
      const secret = isScalar(kind) && kind.value === 'Secret';
      const name = fields.get('name');
      for (const [key, value] of fields) {
        // An item of env: { name: PASSWORD, value: … }
        const named =
          key === 'value' && isScalar(name) ? String(name.value) : key;
        visit(
          value,
          [...path, named],
          inSecret || (secret && /^(data|stringData)$/.test(key)),
        );
      }
    } else if (isSeq(node)) {
      node.items.forEach(item => visit(item, path, inSecret));
    } else if (isScalar(node) && !isAlias(node)) {
      const value = node.value;
      const field = path.at(-1) ?? '';
      if (
        typeof value === 'string' &&
        value !== '' &&
        !/\{\{.*\}\}|\$\{[^}]+\}/s.test(value) &&
        (inSecret || isSecretName(field) || looksLikeSecret(value))
      ) {
        found.push({
          file,
          line: lines.linePos(node.range?.[0] ?? 0).line,
          field,
        });
      }
    }
  };
  for (const document of documents) {
    visit(document.contents, [], false);
  }
  return found;
}
