import fc from 'fast-check';
import { mask, redact, REDACTED, TrailSchema } from './redact';

describe('redact', () => {
  it.each<[any, TrailSchema, any]>([
    [{ a: 1 }, 'keep', { a: 1 }],
    [{ a: 1 }, 'redact', REDACTED],
    [
      { weight: 10, other: 'x' },
      { fields: { weight: 'keep' } },
      { weight: 10, other: REDACTED },
    ],
    [
      { rows: [{ id: 1, note: 'n' }] },
      { fields: { rows: { items: { fields: { id: 'keep' } } } } },
      { rows: [{ id: 1, note: REDACTED }] },
    ],
    ['text', { fields: {} }, REDACTED],
    [[1], { fields: {} }, REDACTED],
    // A name that every object has is no name of the schema.
    [{ constructor: 1 }, { fields: {} }, { constructor: REDACTED }],
    // What looks like a secret is none of the trail's, whatever the schema says.
    [{ dbPassword: 'x' }, 'keep', { dbPassword: REDACTED }],
    [
      { url: 'postgres://u:p@db/x', plain: 'postgres://db/x' },
      'keep',
      { url: REDACTED, plain: 'postgres://db/x' },
    ],
  ])('%j by %j', (value, schema, expected) => {
    expect(redact(value, schema)).toEqual(expected);
  });

  it.each([
    '-----BEGIN RSA PRIVATE KEY-----\nabc',
    'hvs.CAESIJlWh1234567890abcdef',
    'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJ1c2VyIn0.sig',
    'Authorization: Bearer abcdefghijklmnop1234',
  ])('masks %s anywhere', text => {
    expect(JSON.stringify(mask({ a: [{ b: `x ${text} y` }] }))).not.toContain(
      text.slice(5, 20),
    );
  });

  it('lets nothing through that no schema names', () => {
    fc.assert(
      fc.property(fc.jsonValue(), value => {
        const shown = redact(
          { hidden: value as any, id: 7 },
          {
            fields: { id: 'keep' },
          },
        );
        expect(shown).toEqual({ hidden: REDACTED, id: 7 });
      }),
    );
  });
});
