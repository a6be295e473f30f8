import fc from 'fast-check';
import { redact } from './redact';

describe('what a server says', () => {
  it('is kept short and on one line', () => {
    expect(redact(['bad\n  thing', 'and another'], undefined)).toBe(
      'bad thing; and another',
    );
    expect(redact(['x'.repeat(1000)], undefined)).toHaveLength(300);
    expect(redact([], undefined)).toBeUndefined();
  });

  it.each([
    'hvs.CAESIJ0123456789abcdef',
    's.0123456789abcdefABCDEFGH',
    'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl',
    '3f2b8c1e-1111-2222-3333-0123456789ab',
  ])('has no credential: %s', credential => {
    expect(redact([`token ${credential} is odd`], undefined)).toBe(
      'token … is odd',
    );
  });

  it('never repeats what was sent', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 6 }).filter(text => text.trim() === text),
        fc.string(),
        fc.string(),
        (secret, before, after) => {
          fc.pre(!`${before}…${after}`.includes(secret));
          const said = redact([`${before}${secret}${after}`], {
            nested: [{ value: secret }],
          });
          expect(said ?? '').not.toContain(secret);
        },
      ),
    );
  });

  it('has no line of a long text that was sent', () => {
    expect(
      redact(['line 2: unknown key "swordfish-lane"'], {
        policy: 'path "a" {\n  unknown key "swordfish-lane"\n}\n',
      }),
    ).toBe('line 2: …');
  });
});
