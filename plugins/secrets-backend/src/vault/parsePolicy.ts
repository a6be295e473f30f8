/** A path of a policy. */
export interface PolicyPath {
  /** As written, with `*` and `+`. */
  path: string;
  capabilities: string[];
  /** The only values that each parameter may have; none means any. */
  parameters: Record<string, string[]>;
}

/** What the old field `policy` stands for. */
const LEGACY: Record<string, string[]> = {
  deny: ['deny'],
  read: ['read', 'list'],
  write: ['create', 'read', 'update', 'delete', 'list'],
  sudo: ['create', 'read', 'update', 'delete', 'list', 'sudo'],
};

const STRING = '"(?:[^"\\\\]|\\\\.)*"';

/**
 * The paths of a policy in HCL or JSON. It reads what policies have, tolerantly: a part that it does not understand is left out,
 * so it is fit for showing who can read something, and for nothing that decides.
 */
export function parsePolicy(text: string): PolicyPath[] {
  const source = withoutComments(text);
  const found: PolicyPath[] = [];
  const begin = /(?:^|[\s;{,])"?path"?\s*("(?:[^"\\]|\\.)*")\s*[:=]?\s*\{/g;
  for (
    let match = begin.exec(source);
    match !== null;
    match = begin.exec(source)
  ) {
    const end = blockEnd(source, begin.lastIndex);
    const body = source.slice(begin.lastIndex, end);
    begin.lastIndex = end;
    const legacy = /(?:^|\s)policy\s*=\s*("(?:[^"\\]|\\.)*")/.exec(body);
    const capabilities = /(?:^|[\s"])capabilities"?\s*[:=]\s*\[([^\]]*)\]/.exec(
      body,
    );
    found.push({
      path: unquote(match[1]),
      capabilities: capabilities
        ? strings(capabilities[1])
        : (LEGACY[legacy ? unquote(legacy[1]) : ''] ?? []),
      parameters: parametersOf(body),
    });
  }
  return found;
}

/**
 * What a policy lets one do on a path. As the server does it: an exact path wins, then the one whose first wildcard comes latest,
 * then one without `*` at its end, then the longest. `deny` is nothing.
 *
 * @param path - without wildcards
 */
export function capabilitiesOn(
  paths: readonly PolicyPath[],
  path: string,
): string[] {
  const matching = paths
    .filter(each => matches(each.path, path))
    .sort((a, b) => {
      const [left, right] = [rank(a.path), rank(b.path)];
      return (
        right.wildcard - left.wildcard ||
        left.prefix - right.prefix ||
        left.segments - right.segments ||
        b.path.length - a.path.length
      );
    });
  const [best] = matching;
  if (!best) {
    return [];
  }
  // A policy that names a path twice has both.
  const all = matching
    .filter(each => each.path === best.path)
    .flatMap(each => each.capabilities);
  return all.includes('deny') ? [] : [...new Set(all)];
}

function matches(pattern: string, path: string): boolean {
  const prefix = pattern.endsWith('*');
  const source = (prefix ? pattern.slice(0, -1) : pattern)
    // What a template becomes is not known here: any one part.
    .replace(/\{\{.*?\}\}/g, '+')
    .split('/')
    .map(part =>
      part === '+' ? '[^/]+' : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'),
    )
    .join('/');
  return new RegExp(`^${source}${prefix ? '' : '$'}`).test(path);
}

function rank(pattern: string) {
  const wildcard = pattern.search(/\+|\*$|\{\{/);
  return {
    wildcard: wildcard < 0 ? Infinity : wildcard,
    prefix: pattern.endsWith('*') ? 1 : 0,
    segments: pattern.split('/').filter(part => part === '+').length,
  };
}

function parametersOf(body: string): Record<string, string[]> {
  const begin = /allowed_parameters"?\s*[:=]?\s*\{/.exec(body);
  if (!begin) {
    return {};
  }
  const from = begin.index + begin[0].length;
  const inner = body.slice(from, blockEnd(body, from));
  const entry =
    /("(?:[^"\\]|\\.)*"|[\w-]+)\s*[:=]\s*\[((?:"(?:[^"\\]|\\.)*"|[^\]"])*)\]/g;
  return Object.fromEntries(
    [...inner.matchAll(entry)].map(([, name, values]) => [
      name.startsWith('"') ? unquote(name) : name,
      strings(values),
    ]),
  );
}

/** Where the block that begins at `from` ends. */
function blockEnd(source: string, from: number): number {
  const quoted = new RegExp(STRING, 'y');
  let depth = 1;
  for (let index = from; index < source.length; index++) {
    const character = source[index];
    if (character === '"') {
      quoted.lastIndex = index;
      index += Math.max(1, quoted.exec(source)?.[0].length ?? 1) - 1;
    } else if (character === '{') {
      depth += 1;
    } else if (character === '}') {
      depth -= 1;
      if (depth === 0) {
        return index;
      }
    }
  }
  return source.length;
}

function withoutComments(text: string): string {
  return text.replace(
    /"(?:[^"\\]|\\.)*"|#[^\n]*|\/\/[^\n]*|\/\*[^]*?\*\//g,
    part => (part.startsWith('"') ? part : ' '),
  );
}

function strings(text: string): string[] {
  return [...text.matchAll(new RegExp(STRING, 'g'))].map(([quoted]) =>
    unquote(quoted),
  );
}

function unquote(quoted: string): string {
  try {
    return JSON.parse(quoted);
  } catch {
    return quoted.slice(1, -1);
  }
}
