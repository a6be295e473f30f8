/** The parts of the home page, each the body that products gave, or nothing. */
export interface HomeParts {
  categories?: Buffer;
  newest?: Buffer;
  featured?: Buffer;
}

const NAMES = ['categories', 'newest', 'featured'] as const;

/** Puts the parts together by their bytes and names those that are missing. */
export function composeHome(parts: HomeParts): Buffer {
  const pieces: Buffer[] = [];
  const unavailable: string[] = [];
  for (const name of NAMES) {
    const body = parts[name];
    if (body) {
      pieces.push(Buffer.from(`"${name}":`), body, Buffer.from(','));
    } else {
      unavailable.push(name);
    }
  }
  return Buffer.concat([
    Buffer.from('{'),
    ...pieces,
    Buffer.from(`"unavailable":${JSON.stringify(unavailable)}}`),
  ]);
}
