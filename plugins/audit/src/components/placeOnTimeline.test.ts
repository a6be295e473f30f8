import { testChange } from '../testing/changes';
import { placeOnTimeline } from './placeOnTimeline';

const at = (minute: number) =>
  new Date(Date.UTC(2026, 10, 26, 10, minute)).toISOString();

describe('placeOnTimeline', () => {
  it('places by kind between the first beginning and now', () => {
    const timeline = placeOnTimeline(
      [
        testChange({ id: 'a', startedAt: at(0), endedAt: at(10) }),
        testChange({
          id: 'b',
          startedAt: at(20),
          endedAt: undefined,
          outcome: 'unknown',
        }),
        testChange({
          id: 'c',
          kind: 'deployment',
          startedAt: at(30),
          endedAt: undefined,
          outcome: 'in-progress',
        }),
      ],
      Date.parse(at(40)),
    )!;
    const marks = timeline.lanes.map(({ kind, marks: all }) => [
      kind,
      ...all.map(({ from, to }) => [from, to]),
    ]);
    // 40 minutes: 10 are a quarter.
    expect(marks).toEqual([
      ['deployment', [0.75, 1]],
      ['traffic', [0, 0.25], [0.5, 0.5]],
    ]);
  });

  it('bears the clock of a server that is ahead, and one change alone', () => {
    const change = testChange({ startedAt: at(30), endedAt: at(31) });
    const { lanes } = placeOnTimeline([change], Date.parse(at(10)))!;
    expect(lanes[0].marks).toMatchObject([{ from: 0, to: 1 }]);
    expect(placeOnTimeline([], 0)).toBeUndefined();
  });
});
