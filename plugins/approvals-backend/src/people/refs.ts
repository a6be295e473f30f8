/** An entity ref, or another text, as it is compared. */
export function lower(text: string): string {
  return text.toLocaleLowerCase('en-US');
}
