/** One label matcher of a selector. */
export interface LabelMatcher {
  label: string;
  operator: '=' | '!=' | '=~' | '!~';
  value: string;
}

/** An instant vector selector: a series name and label matchers, nothing around it. */
export interface SeriesSelector {
  name: string;
  matchers: LabelMatcher[];
}

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*/;
const MATCHER =
  /^\s*([a-zA-Z_][a-zA-Z0-9_]*)\s*(=~|!~|!=|=)\s*("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')\s*/;
const ESCAPES: Record<string, string> = { n: '\n', t: '\t', r: '\r' };

function unquote(quoted: string): string {
  return quoted
    .slice(1, -1)
    .replace(/\\(.)/g, (_, character) => ESCAPES[character] ?? character);
}

/**
 * Parses a plain series selector such as `shopfloor:requests:rate1m{destination="products",code_class!="5xx"}`.
 * Anything more (functions, ranges, offsets, arithmetic) gives `undefined`: the evaluation puts its own window around
 * the series, and nothing that could change what is asked may come with it.
 */
export function parseSelector(text: string): SeriesSelector | undefined {
  const trimmed = text.trim();
  const name = NAME.exec(trimmed)?.[0];
  if (!name) {
    return undefined;
  }
  let rest = trimmed.slice(name.length).trim();
  if (rest === '') {
    return { name, matchers: [] };
  }
  if (!rest.startsWith('{') || !rest.endsWith('}')) {
    return undefined;
  }
  rest = rest.slice(1, -1);
  const matchers: LabelMatcher[] = [];
  while (rest.trim() !== '') {
    const match = MATCHER.exec(rest);
    if (!match) {
      return undefined;
    }
    matchers.push({
      label: match[1],
      operator: match[2] as LabelMatcher['operator'],
      value: unquote(match[3]),
    });
    rest = rest.slice(match[0].length);
    if (rest.startsWith(',')) {
      rest = rest.slice(1);
    } else if (rest !== '') {
      return undefined;
    }
  }
  return { name, matchers };
}

function quote(value: string): string {
  const escaped = value
    .replace(/\\/g, '\\\\')
    .replace(/"/g, '\\"')
    .replace(/\n/g, '\\n');
  return `"${escaped}"`;
}

/** The selector as PromQL. */
export function formatSelector(selector: SeriesSelector): string {
  const matchers = selector.matchers
    .map(({ label, operator, value }) => `${label}${operator}${quote(value)}`)
    .join(',');
  return matchers ? `${selector.name}{${matchers}}` : selector.name;
}

/** The selector limited to one value of a label, whatever it says of that label itself. */
export function withLabel(
  selector: SeriesSelector,
  label: string,
  value: string,
): SeriesSelector {
  return {
    name: selector.name,
    matchers: [{ label, operator: '=', value }, ...selector.matchers],
  };
}
