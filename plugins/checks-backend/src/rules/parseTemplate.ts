/** What is wrong with an expression. */
export interface ExpressionProblem {
  message: string;
  /** Where in the expression, in characters from its beginning. */
  offset?: number;
}

/** A part of a template: plain text, or an expression. */
export type TemplatePart = string | { expression: string };

/** Splits a text at its `{{ expression }}`. */
export function parseTemplate(
  text: string,
): { parts: TemplatePart[] } | { problem: ExpressionProblem } {
  const parts: TemplatePart[] = [];
  let at = 0;
  while (at < text.length) {
    const open = text.indexOf('{{', at);
    if (open < 0) {
      parts.push(text.slice(at));
      break;
    }
    const close = text.indexOf('}}', open);
    if (close < 0) {
      return {
        problem: { message: '"{{" is not closed by "}}"', offset: open },
      };
    }
    if (open > at) {
      parts.push(text.slice(at, open));
    }
    parts.push({ expression: text.slice(open + 2, close).trim() });
    at = close + 2;
  }
  return { parts };
}
