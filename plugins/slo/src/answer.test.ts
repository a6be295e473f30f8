import { mockApis } from '@backstage/frontend-test-utils';
import { answer } from './answer';
import { testSlo } from './testing/slos';
import { sloTranslationRef } from './translation/translation';

describe('the sentence about an SLO', () => {
  it('says for how long the budget lasts, and until when, counted from when it was observed', () => {
    const { t } = mockApis
      .translation()
      .getTranslation(sloTranslationRef) as any;
    const slo = testSlo({ observedAt: '2026-11-26T12:00:00.000Z' });
    slo.objectives[0].forecast = { kind: 'exhausts', inSeconds: 86_400 };
    const format = {
      percent: (share: number) => `${Math.round(share * 100)}%`,
      duration: (milliseconds: number) => `${milliseconds / 3_600_000} h`,
      moment: (at: number) => new Date(at).toISOString(),
    } as any;
    expect(answer({ slo, t, format })).toBe(
      'Keeps its promise, 63% of the error budget left, at this rate for 24 h more, until 2026-11-27T12:00:00.000Z',
    );
  });
});
