import fc from 'fast-check';
import { createIdSource, newId } from './newId.ts';

const UUID_V7 =
  /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe('newId', () => {
  it('is a UUID of version 7 that carries the time', () => {
    const before = Date.now();
    const id = newId();
    expect(id).toMatch(UUID_V7);
    const ms = Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16);
    expect(ms).toBeGreaterThanOrEqual(before);
    expect(ms).toBeLessThanOrEqual(Date.now() + 1);
  });

  it('is laid out as RFC 9562 says', () => {
    const source = createIdSource({
      now: () => 0x0190a1b2c3d4,
      random: bytes => bytes.fill(0xff),
    });
    // Counter: the lower eleven of the random bits; variant bits 10.
    expect(source()).toBe('0190a1b2-c3d4-77ff-bfff-ffffffffffff');
    expect(source()).toBe('0190a1b2-c3d4-7800-bfff-ffffffffffff');
  });

  it('sorts in the order of making, also when the clock steps back or stands', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 2 ** 47 }), {
          minLength: 1,
          maxLength: 30,
        }),
        fc.integer({ min: 1, max: 3000 }),
        (times, repeat) => {
          let index = 0;
          const source = createIdSource({
            now: () => times[Math.min(times.length - 1, index)],
            random: bytes => bytes.fill(0xab),
          });
          const ids: string[] = [];
          for (index = 0; index < times.length; index += 1) {
            for (let n = 0; n < Math.ceil(repeat / times.length); n += 1) {
              ids.push(source());
            }
          }
          expect([...ids].sort()).toEqual(ids);
          expect(new Set(ids).size).toBe(ids.length);
        },
      ),
    );
  });
});
