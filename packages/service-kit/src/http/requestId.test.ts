import { requestIdOf } from './requestId.ts';

const request = (id?: string | string[]) => ({
  headers: { 'x-request-id': id },
});

describe('requestIdOf', () => {
  it('keeps the id of the caller, so that a request has one id on all hops', () => {
    expect(requestIdOf(request('9f1c-2:a.b'))).toBe('9f1c-2:a.b');
  });

  it.each([
    ['line\nbreak'],
    ['<script>'],
    [''],
    ['x'.repeat(129)],
    ['4242-4242-4242-4242'],
    [undefined],
  ])('makes a new id instead of %p', id => {
    expect(requestIdOf(request(id), () => 'new')).toBe('new');
  });
});
