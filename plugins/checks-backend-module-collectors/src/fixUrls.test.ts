import { existsSync, readdirSync, readFileSync } from 'fs';
import { join } from 'path';
import { parseAllDocuments } from 'yaml';
import { repository } from './__testUtils__/repository';

const DOCS = '/docs/default/component/shopfloor-docs/';
const folder = join(repository, 'platform/scorecards/checks');

const checks = readdirSync(folder)
  .filter(file => file.endsWith('.yaml'))
  .flatMap(file =>
    parseAllDocuments(readFileSync(join(folder, file), 'utf8')).map(
      document => ({ file, ...document.toJS().metadata }),
    ),
  ) as Array<{ file: string; name: string; fixUrl?: string }>;

const inDocs = checks.filter(({ fixUrl }) => fixUrl?.startsWith(DOCS));

/** Ids of the headings of a page, as the documents are built with them. */
function headings(page: string): string[] {
  return [...page.matchAll(/^#{1,6} (.+)$/gm)].map(([, title]) =>
    title
      .toLowerCase()
      .replace(/[^\w\s-]/g, '')
      .trim()
      .replace(/[-\s]+/g, '-'),
  );
}

describe('the way from a failing check to its fix', () => {
  it('is given by every check', () => {
    expect(checks.length).toBeGreaterThan(40);
    expect(
      checks.filter(({ fixUrl }) => !fixUrl).map(({ name }) => name),
    ).toEqual([]);
  });

  it.each(inDocs.map(({ name, fixUrl }) => [name, fixUrl!]))(
    'leads from %s to a heading that exists',
    (_, fixUrl) => {
      const [path, heading] = fixUrl.slice(DOCS.length).split('#');
      const file = join(repository, 'docs', `${path}.md`);
      expect(existsSync(file)).toBe(true);
      // Without a heading it leads to the page as a whole.
      expect([undefined, ...headings(readFileSync(file, 'utf8'))]).toContain(
        heading,
      );
    },
  );
});
