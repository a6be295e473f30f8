import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { eventsConfigSpec } from '../events/eventsConfig.ts';
import { describeConfig } from './defineConfig.ts';
import { databaseConfigSpec, serviceConfigSpec } from './serviceConfig.ts';

/** Tables are compared without the padding that a formatter adds. */
function plain(table: string): string {
  return table.replace(/ +/g, ' ').replace(/-{3,}/g, '---');
}

describe('the README', () => {
  it('has every key with its default and unit', async () => {
    const readme = plain(
      await readFile(
        path.resolve(import.meta.dirname, '../../README.md'),
        'utf8',
      ),
    );
    expect(readme).toContain(plain(describeConfig(serviceConfigSpec)));
    expect(readme).toContain(plain(describeConfig(databaseConfigSpec)));
    expect(readme).toContain(plain(describeConfig(eventsConfigSpec)));
  });
});
