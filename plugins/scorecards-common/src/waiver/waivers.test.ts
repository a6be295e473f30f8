import { actOnWaiver, WaiverAct, WaiverFacts, waiverStateAt } from './waivers';

const now = new Date('2026-11-26T12:00:00Z');
const ADA = 'user:default/ada';
const BEN = 'user:default/ben';

function waiver(
  state: WaiverFacts['state'],
  expiresAt = '2026-12-26T12:00:00Z',
): WaiverFacts {
  return { state, requestedBy: ADA, expiresAt };
}

describe('waivers', () => {
  const acts: WaiverAct[] = ['approve', 'deny', 'withdraw', 'revoke'];
  const states: Array<WaiverFacts['state']> = [
    'waiting',
    'approved',
    'denied',
    'withdrawn',
    'revoked',
  ];
  const legal: Record<string, string> = {
    'waiting approve': 'approved',
    'waiting deny': 'denied',
    'waiting withdraw': 'withdrawn',
    'approved revoke': 'revoked',
  };

  it.each(states.flatMap(state => acts.map(act => [state, act] as const)))(
    'from %s by %s',
    (state, act) => {
      const expected = legal[`${state} ${act}`];
      expect(
        actOnWaiver({
          waiver: waiver(state),
          act,
          by: act === 'withdraw' ? ADA : BEN,
          comment: 'because',
          now,
        }),
      ).toEqual(expected ? { state: expected } : { refusal: 'wrong-state' });
    },
  );

  it('is never decided by who asked for it', () => {
    for (const act of ['approve', 'deny'] as const) {
      expect(
        actOnWaiver({ waiver: waiver('waiting'), act, by: ADA, now }),
      ).toEqual({ refusal: 'own-request' });
    }
  });

  it('is withdrawn by nobody else, and not denied without a word', () => {
    const waiting = waiver('waiting');
    expect(
      actOnWaiver({ waiver: waiting, act: 'withdraw', by: BEN, now }),
    ).toEqual({ refusal: 'not-requester' });
    expect(
      actOnWaiver({ waiver: waiting, act: 'deny', by: BEN, comment: ' ', now }),
    ).toEqual({ refusal: 'comment-missing' });
  });

  it('ends at the moment it expires, and then nothing can be done to it', () => {
    for (const state of ['waiting', 'approved'] as const) {
      const over = waiver(state, now.toISOString());
      expect(waiverStateAt(over, new Date(now.getTime() - 1))).toBe(state);
      expect(waiverStateAt(over, now)).toBe('expired');
      for (const act of acts) {
        expect(
          actOnWaiver({ waiver: over, act, by: BEN, comment: 'x', now }),
        ).toEqual({ refusal: 'wrong-state' });
      }
    }
    expect(waiverStateAt(waiver('denied', '2000-01-01T00:00:00Z'), now)).toBe(
      'denied',
    );
  });
});
