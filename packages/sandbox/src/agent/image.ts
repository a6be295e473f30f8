/** The registry name under which the sandbox's own builds go. */
export const imageRegistry = 'shopfloor.local';

/** The parts of an image reference. */
export interface ImageReference {
  name: string;
  version: string;
}

/**
 * Parses `shopfloor.local/<name>:<version>`; `undefined` for any other reference, also one that would lead
 * out of the images folder.
 */
export function parseImage(image: string): ImageReference | undefined {
  const match =
    /^shopfloor\.local\/([a-z0-9][a-z0-9-]*):([A-Za-z0-9_][A-Za-z0-9._-]*)$/.exec(
      image,
    );
  return match ? { name: match[1], version: match[2] } : undefined;
}
