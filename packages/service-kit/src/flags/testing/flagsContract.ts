/* eslint-disable jest/no-export -- the contract is run by the tests of each adapter */
import type { Flags } from '../Flags.ts';

/** The flags that every adapter is given, in its own way, before the contract runs. */
export const CONTRACT_FLAGS = {
  'new-checkout': true,
  greeting: 'hello',
  limit: 12.5,
  'fault.inventory': { latencyMs: 200, errorShare: 0.1 },
};

/** Flags under test. */
export interface FlagsHarness {
  create(): Promise<Flags>;
  /** Turns `new-checkout` off at the source. */
  turnOff(): Promise<void>;
}

/** What flags do, whichever adapter is behind them. The source also has `targeted`: false, but true where `environment` is `staging`. */
export function describeFlagsContract(name: string, harness: FlagsHarness) {
  describe(`flags (${name})`, () => {
    let flags: Flags;

    beforeEach(async () => {
      flags = await harness.create();
    });

    afterEach(async () => {
      await flags.close();
    });

    it('give the value of each type', async () => {
      expect(await flags.boolean('new-checkout', false)).toBe(true);
      expect(await flags.string('greeting', '')).toBe('hello');
      expect(await flags.number('limit', 0)).toBe(12.5);
      expect(await flags.object('fault.inventory', {})).toEqual({
        latencyMs: 200,
        errorShare: 0.1,
      });
    });

    it('give the fallback for a flag that is absent or of another type', async () => {
      expect(await flags.boolean('absent', true)).toBe(true);
      expect(await flags.number('greeting', 7)).toBe(7);
      expect(await flags.boolean('greeting', false)).toBe(false);
      expect(await flags.string('limit', 'none')).toBe('none');
      expect(await flags.object('limit', { none: true })).toEqual({
        none: true,
      });
    });

    it('depend on who asks', async () => {
      const ask = (environment?: string) =>
        flags.boolean('targeted', false, { targetingKey: 'a', environment });
      expect(await ask('staging')).toBe(true);
      expect(await ask('production')).toBe(false);
      expect(await ask()).toBe(false);
    });

    it('change while the service runs, and say so', async () => {
      const changed = new Promise<void>(resolve => {
        flags.onChange(resolve);
      });
      await harness.turnOff();
      await changed;
      expect(await flags.boolean('new-checkout', true)).toBe(false);
    });
  });
}
