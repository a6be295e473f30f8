import {
  requireVersion,
  versionMismatch,
  versionTag,
} from './requireVersion.ts';

describe('requireVersion', () => {
  const read = (header: string | undefined) =>
    requireVersion({ headers: { 'if-match': header } });

  it('reads what versionTag writes', () => {
    expect(versionTag(12)).toBe('"12"');
    expect(read(versionTag(12))).toBe(12);
  });

  it('wants to know the version', () => {
    expect(() => read(undefined)).toThrow(
      expect.objectContaining({
        kind: 'precondition-required',
        code: 'if-match-required',
        fields: [{ in: 'header', field: 'if-match', message: 'is required' }],
      }),
    );
  });

  it.each(['*', 'W/"1"', '1', '"1", "2"', '"abc"', '""', '"-1"'])(
    'does not take %s',
    header => {
      expect(() => read(header)).toThrow(
        expect.objectContaining({ kind: 'invalid', code: 'validation-failed' }),
      );
    },
  );

  it('has a word for a version that has passed', () => {
    expect(versionMismatch('The address')).toMatchObject({
      kind: 'precondition-failed',
      message: 'The address has changed meanwhile. Read it again.',
    });
  });
});
