import { summarizeSystems } from './summarize';
import { SystemState } from './types';

describe('summarizeSystems', () => {
  it.each<[SystemState[], SystemState]>([
    [['ok', 'ok'], 'ok'],
    [['ok', 'not-connected'], 'ok'],
    [['ok', 'unknown'], 'unknown'],
    [['unknown', 'failing'], 'failing'],
    [['ok', 'failing'], 'failing'],
    [['not-connected'], 'unknown'],
    [[], 'unknown'],
  ])('of %j is %s', (states, expected) => {
    expect(summarizeSystems(states.map(state => ({ state })))).toBe(expected);
  });
});
