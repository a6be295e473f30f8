/** HTML that is safe to put into a page as it is. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Part = Html | Html[] | string | number | undefined | false;

function render(part: Part): string {
  if (part === undefined || part === false) {
    return '';
  }
  if (Array.isArray(part)) {
    return part.map(render).join('');
  }
  return part instanceof Html
    ? part.text
    : String(part).replace(/[&<>"']/g, one => `&#${one.charCodeAt(0)};`);
}

/** Builds HTML. Whatever is put in is escaped, except HTML built the same way. */
export function html(texts: TemplateStringsArray, ...parts: Part[]): Html {
  return new Html(
    texts.reduce(
      (whole, text, index) =>
        `${whole}${text}${index < parts.length ? render(parts[index]) : ''}`,
      '',
    ),
  );
}
