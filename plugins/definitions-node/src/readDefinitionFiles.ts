import { UrlReaderService } from '@backstage/backend-plugin-api';

/** A file as it was read. */
export interface DefinitionFile {
  /** As problems name it: the part of its address that the pattern left open. */
  file: string;
  /** Where people find it; absent of files that a browser cannot open. */
  url?: string;
  text: string;
}

/**
 * Reads the files at some addresses, which may have patterns, each once and in the order of their names.
 *
 * @throws what the URL reader throws: then nothing is known of any of them
 */
export async function readDefinitionFiles(options: {
  urlReader: UrlReaderService;
  locations: string[];
}): Promise<DefinitionFile[]> {
  const { urlReader, locations } = options;
  const found = new Map<string, DefinitionFile>();
  for (const location of locations) {
    const { files } = await urlReader.search(location);
    for (const { url, content } of files) {
      found.set(url, {
        file: nameOf(url, location),
        text: (await content()).toString('utf8'),
        // An address of another scheme leads nobody anywhere.
        ...(/^https?:/.test(url) && { url }),
      });
    }
  }
  return [...found.values()].sort((a, b) => (a.file < b.file ? -1 : 1));
}

/** The part of an address that the pattern left open, or its last part. */
function nameOf(url: string, location: string): string {
  const fixed = location.slice(0, location.search(/[*?[{]|$/));
  const base = fixed.slice(0, fixed.lastIndexOf('/') + 1);
  return decodeURIComponent(
    url.startsWith(base)
      ? url.slice(base.length)
      : (url.split('/').pop() ?? url),
  );
}
