import fc from 'fast-check';
import { z } from 'zod';
import { parseInput } from './parseInput';
import { entityRef, several, wholeNumber } from './values';

const query = z.strictObject({
  entity: entityRef('component').optional(),
  owner: several(entityRef('group'), 2),
  limit: wholeNumber({ minimum: 1, maximum: 500 }).optional(),
});

describe('parseInput', () => {
  it.each<[object, object]>([
    [{ entity: 'Orders' }, { entity: 'component:default/orders' }],
    [{ entity: 'api:shop/orders' }, { entity: 'api:shop/orders' }],
    [
      { owner: 'a', limit: '500' },
      { owner: ['group:default/a'], limit: 500 },
    ],
    [
      { owner: ['a', 'user:b'] },
      { owner: ['group:default/a', 'user:default/b'] },
    ],
  ])('reads %j', (input, expected) => {
    expect(parseInput(query, input)).toEqual(expected);
  });

  it.each<[object, string]>([
    [
      { entity: ':x' },
      'entity: ":x" is not an entity ref such as component:default/name',
    ],
    [{ entity: 'a'.repeat(501) }, 'entity: '],
    [{ limit: '0' }, 'limit: must be at least 1'],
    [{ limit: '501' }, 'limit: must be at most 500'],
    [{ limit: '1.5' }, 'limit: must be a whole number'],
    [{ limit: '-1' }, 'limit: must be a whole number'],
    [{ owner: ['a', 'b', 'c'] }, 'owner: '],
    [{ other: 'x' }, 'Unrecognized key: "other"'],
    [{ entity: ':x', limit: 'x' }, '; limit: must be a whole number'],
  ])('refuses %j with the field', (input, message) => {
    expect(() => parseInput(query, input)).toThrow(
      expect.objectContaining({
        name: 'InputError',
        message: expect.stringContaining(message),
      }),
    );
  });

  it('takes just the whole numbers within the bounds', () => {
    fc.assert(
      fc.property(
        fc.nat(1000),
        fc.nat(1000),
        fc.nat(2000),
        (minimum, more, value) => {
          const maximum = minimum + more;
          const result = wholeNumber({ minimum, maximum }).safeParse(
            String(value),
          );
          expect(result.success).toBe(value >= minimum && value <= maximum);
        },
      ),
    );
  });
});
