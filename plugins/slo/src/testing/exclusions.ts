import {
  ExclusionFigures,
  SloExclusion,
  SloExclusions,
  SloExclusionsApi,
} from '@shopfloor/plugin-slo-common';

/** At 99.9 %: 370 bad of a million with the stretch, 70 of 999,000 without. */
export const testExclusionFigures: ExclusionFigures = {
  objective: 0,
  target: 0.999,
  unit: 'events',
  counted: {
    counts: { bad: 370, total: 1_000_000 },
    serviceLevel: 0.99963,
    budgetLeft: 0.63,
  },
  excluded: {
    counts: { bad: 70, total: 999_000 },
    serviceLevel: 0.99993,
    budgetLeft: 0.93,
  },
  stretch: { bad: 300, total: 1_000 },
};

/** An exclusion that waits, asked for by somebody. */
export function testExclusion(
  overrides: Partial<SloExclusion> = {},
): SloExclusion {
  return {
    id: '6f9619ff-8b86-4d01-b42d-00cf4fc964ff',
    from: '2026-11-24T22:00:00.000Z',
    to: '2026-11-24T23:00:00.000Z',
    reason: 'The move of the database was announced to everybody',
    state: 'waiting',
    requestedBy: 'user:default/ben',
    requestedAt: '2026-11-25T08:00:00.000Z',
    approvalId: 'a1',
    asked: [testExclusionFigures],
    inWindow: true,
    may: ['withdraw'],
    ...overrides,
  };
}

/** An API of exclusions that records what it was asked. */
export function testExclusionsApi(
  answer: Partial<SloExclusions> = {},
  overrides: Partial<SloExclusionsApi> = {},
): jest.Mocked<SloExclusionsApi> {
  return {
    list: jest.fn(async () => ({
      items: [],
      mayAsk: true,
      notYetEvaluated: false,
      ...answer,
    })),
    preview: jest.fn(async ({ from, to }) => ({
      from,
      to,
      observedAt: '2026-11-26T13:00:00.000Z',
      objectives: [testExclusionFigures],
    })),
    ask: jest.fn(async () => testExclusion()),
    act: jest.fn(async () => testExclusion()),
    ...overrides,
  } as jest.Mocked<SloExclusionsApi>;
}
