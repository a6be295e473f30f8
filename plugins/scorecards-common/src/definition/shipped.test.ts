import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { parseScorecards } from './parseScorecards';
import { scorecardSchema } from './scorecardSchema';

const folder = join(__dirname, '../../../../platform/scorecards');

function yamlIn(path: string): Array<{ file: string; text: string }> {
  return readdirSync(path)
    .filter(file => file.endsWith('.yaml'))
    .map(file => ({ file, text: readFileSync(join(path, file), 'utf8') }));
}

describe('the scorecards of this repository', () => {
  const parsed = yamlIn(folder).map(({ file, text }) =>
    parseScorecards(text, { file }),
  );

  it('are right', () => {
    expect(parsed.flatMap(({ problems }) => problems)).toEqual([]);
    expect(
      parsed.flatMap(({ definitions }) =>
        definitions.map(({ definition }) => definition.name),
      ),
    ).toEqual(['delivery', 'production-readiness', 'security', 'upcoming']);
  });

  it('ask for checks that there are', () => {
    const checks = yamlIn(join(folder, 'checks')).flatMap(({ text }) =>
      parseAllDocuments(text).map(
        document => document.getIn(['metadata', 'name']) as string,
      ),
    );
    const asked = parsed.flatMap(({ definitions }) =>
      definitions.flatMap(({ definition }) =>
        definition.checks.map(({ check }) => check),
      ),
    );
    expect(asked.filter(check => !checks.includes(check))).toEqual([]);
  });

  it('have the schema that editors read', () => {
    expect(
      JSON.parse(readFileSync(join(folder, 'scorecard.schema.json'), 'utf8')),
    ).toEqual(JSON.parse(JSON.stringify(scorecardSchema)));
  });
});
