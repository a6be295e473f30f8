import { mockServices } from '@backstage/backend-test-utils';
import { DefinitionFile } from './readDefinitionFiles';
import { DefinitionRound } from './DefinitionRound';
import { takeFirst } from './takeFirst';

/** A reader of these files by address; a pattern finds what begins as it does. */
function readerOf(files: Record<string, string | Error>) {
  return mockServices.urlReader.mock({
    search: async location => {
      const base = location.split('*')[0];
      const found = Object.entries(files).filter(([url]) =>
        url.startsWith(base),
      );
      const failure = found.find(([, text]) => text instanceof Error)?.[1];
      if (failure) {
        throw failure;
      }
      return {
        etag: '',
        files: found.map(([url, text]) => ({
          url,
          content: async () => Buffer.from(text as string),
        })),
      };
    },
  });
}

async function round(
  files: Record<string, string | Error>,
  locations: string[],
) {
  const used: DefinitionFile[][] = [];
  const failures: string[] = [];
  const logger = mockServices.logger.mock();
  await DefinitionRound.create({
    urlReader: readerOf(files),
    locations,
    title: 'Rules',
    logger,
    use: async read => {
      used.push(read);
    },
    fail: async message => {
      failures.push(message);
    },
  }).run();
  return { used, failures, logger };
}

describe('files of definitions', () => {
  it('are read each once, by the part of their address that the pattern leaves open, in order', async () => {
    const { used, failures } = await round(
      {
        'https://git.test/rules/b.yaml': 'b',
        'https://git.test/rules/sub/a%20b.yaml': 'a b',
        'file:///srv/rules/a.yaml': 'a',
      },
      [
        'https://git.test/rules/*.yaml',
        'https://git.test/rules/b.yaml',
        'file:///srv/rules/a.yaml',
      ],
    );
    expect(failures).toEqual([]);
    expect(used).toEqual([
      [
        // Of another scheme there is no address for people.
        { file: 'a.yaml', text: 'a' },
        { file: 'b.yaml', url: 'https://git.test/rules/b.yaml', text: 'b' },
        {
          file: 'sub/a b.yaml',
          url: 'https://git.test/rules/sub/a%20b.yaml',
          text: 'a b',
        },
      ],
    ]);
  });

  it('leave in use what is in use when one of the addresses does not answer', async () => {
    const { used, failures, logger } = await round(
      {
        'https://git.test/rules/a.yaml': 'a',
        'https://away.test/b.yaml': new Error('connection refused'),
      },
      ['https://git.test/rules/*.yaml', 'https://away.test/*.yaml'],
    );
    expect(used).toEqual([]);
    expect(failures).toEqual(['connection refused']);
    expect(logger.warn).toHaveBeenCalledWith(
      'Rules could not be read: Error: connection refused',
    );
  });

  it('define a name once', () => {
    const take = takeFirst('rule');
    const of = (file: string, ...names: string[]) =>
      take({
        file,
        definitions: names,
        nameOf: name => name,
        lineOf: name => name.length,
      });
    expect(of('a.yaml', 'one', 'two')).toEqual({
      definitions: ['one', 'two'],
      problems: [],
    });
    expect(of('b.yaml', 'three', 'two')).toEqual({
      definitions: ['three'],
      problems: [
        {
          name: 'two',
          file: 'b.yaml',
          line: 3,
          column: 1,
          field: 'metadata.name',
          message:
            'The rule "two" is defined in a.yaml already; that one is used',
        },
      ],
    });
  });
});
