import { traceIdOf } from './traceId';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';

describe('the trace of a request', () => {
  it.each([
    [`00-${TRACE}-00f067aa0ba902b7-01`, TRACE],
    // A later version may add to it.
    [`01-${TRACE}-00f067aa0ba902b7-01-more`, TRACE],
    [`ff-${TRACE}-00f067aa0ba902b7-01`, undefined],
    [`00-${'0'.repeat(32)}-00f067aa0ba902b7-01`, undefined],
    [`00-${TRACE.toUpperCase()}-00f067aa0ba902b7-01`, undefined],
    [`00-${TRACE}-01`, undefined],
    ['', undefined],
    [undefined, undefined],
    [['a', 'b'], undefined],
  ])('of %p is %p', (header, expected) => {
    expect(traceIdOf(header)).toBe(expected);
  });
});
